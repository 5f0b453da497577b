"""Assistants that do what the seeds do not: hold hostile articles, take long, open slowly, break."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import made_answers

from index.catalog.rows import Failure
from index.errors import BylineError
from index.store import Status
from index.types import Article
from rag import Answer
from ui.server.app import start
from ui.server.opening import Opening

URL = "javascript:document.title='owned'"


class MadeUp:
    """Answers with made-up answers; "Break" breaks it, "Wait" waits until `released` is set."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.asked: list[tuple[str, int, dict[str, object]]] = []

    def status(self) -> Status:
        failures = (Failure("<img src=x>.txt", "no <i>text</i>"), Failure("b.txt", "/a/<b>folder/b.txt is empty"))
        return Status("/a/<b>folder", "/x", 1, 1, 1, "model", None, failures)

    def examples(self, n: int = 4) -> list[str]:
        return [made_answers.ATTACK.question, made_answers.HOSTILE, "Break"]

    def articles(self) -> tuple[Article, ...]:
        outlets = ("<b>Outlet</b>", "\"'><script>document.title='owned'</script>", "The Baltic Herald")
        return tuple(Article(f"{name}.txt", "", name, outlet=name) for name in outlets)

    def article(self, path: str) -> Article | None:
        if path not in made_answers.TEXTS:
            return None
        text = made_answers.TEXTS[path]
        if path != "hostile.txt":
            return Article(path, text, "title", "2024-03-05", "The Baltic Herald", "https://herald.example/a?b=1")
        return Article(path, text, made_answers.HOSTILE, "2024<i>", made_answers.HOSTILE, URL)

    def ask(self, question: str, history: object = (), words: int | None = None, **limits: object) -> Answer:
        self.asked.append((question, len(list(history)), limits))  # type: ignore[call-overload]
        if question == "Break":
            raise RuntimeError("a mistake of the program's own")
        if question == "Refuse":
            raise BylineError("there is nothing to ask in /srv/private/articles")
        if question.startswith("Wait"):
            self.released.wait(30)
        for answer in (made_answers.DIFFERING, made_answers.ANSWER, made_answers.REFUSAL, made_answers.FOLLOW_UP):
            if question == answer.question:
                return answer
        return replace(made_answers.ATTACK, question=question)


@contextmanager
def served(opening: Opening, port: int = 0) -> Iterator[str]:
    """The page over any opening, at `port`."""
    server = start(opening, port=port)
    try:
        yield server.url
    finally:
        server.close()
        opening.close()
