"""A stand-in for an assistant, where one has to be slow or to break."""

from __future__ import annotations

import threading
from collections.abc import Callable

from index.errors import StorageError
from index.store import Status
from index.types import Article
from rag import Answer


class Held:
    """Stands in for an assistant that takes long, or breaks, over some questions: slow ones wait for `go_on`."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.asked: list[str] = []

    def status(self) -> Status:
        return Status("/secret/articles", "/secret/index", 1, 1, 1, "model", None, ())

    def articles(self) -> tuple[Article, ...]:
        return ()

    def examples(self, count: int = 4) -> list[str]:
        return []

    def article(self, path: str) -> Article | None:
        return Article(path, "text", "title", url=path) if "://" in path or path.startswith("javascript:") else None

    def ask(self, question: str, history: object = (), **limits: object) -> Answer:
        self.asked.append(question)
        self.begun.release()
        if question.startswith("slow"):
            assert self.go_on.wait(20)
        if question == "damaged":
            raise StorageError("the index /secret/index is damaged")
        if question == "mistake":
            raise ZeroDivisionError("at /secret/articles/a.txt")
        return Answer(question, question, f"{question} {dict(limits)}")

    def close(self) -> None:
        self.go_on.set()


def wait_for(condition: Callable[[], bool]) -> None:
    """Returns when it is true; an AssertionError after ten seconds."""
    for _ in range(2000):
        if condition():
            return
        threading.Event().wait(0.005)
    raise AssertionError("it did not come to this")
