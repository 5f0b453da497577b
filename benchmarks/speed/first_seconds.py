"""Times the first seconds of `byline chat`: `python -m benchmarks.speed.first_seconds`.

Fresh processes, in turns: one that imports gradio and serves an empty page, and `byline chat` over seeds/ with its
index made. Of each, from the command to the first whole page over HTTP; of Byline also to the first answer through
POST /api/ask, asked again until there is one. Times are medians, of wall clock.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from index.settings import CHECKOUT_SEEDS, load

ROUNDS = 5
TARGET = 1.5
"""Byline's first page may take so many times what an empty page of Gradio's takes."""
QUESTION = "How many US troops remain in Iraq?"
LOOK = 0.01
"""Seconds between two looks, so that looking takes little of what is looked at."""
GIVE_UP = 120.0
EMPTY = """
import sys, gradio
with gradio.Blocks(analytics_enabled=False) as page:
    pass
page.launch(server_name="127.0.0.1", server_port=int(sys.argv[1]), quiet=True, ssr_mode=False, share=False)
"""


@dataclass(frozen=True, slots=True)
class Seconds:
    """What was measured, each round's time in seconds."""

    empty: tuple[float, ...]
    """From the command to an empty page of Gradio's."""
    page: tuple[float, ...]
    """From `byline chat` to its page."""
    answer: tuple[float, ...]
    """From `byline chat` to its first answer."""

    @property
    def ratio(self) -> float:
        """Byline's page against the empty one, medians."""
        return median(self.page) / median(self.empty)


def measure(rounds: int, articles: Path = CHECKOUT_SEEDS, index: Path | None = None) -> Seconds:
    """Times `rounds` of each, in turns. Raises RuntimeError where a process does not come up."""
    with tempfile.TemporaryDirectory() as scratch:
        index = index or Path(scratch) / "index"
        _indexed(articles, index)
        empty, page, answer = [], [], []
        for _ in range(rounds):
            empty.append(_empty())
            first = _byline(articles, index)
            page.append(first[0])
            answer.append(first[1])
    return Seconds(tuple(empty), tuple(page), tuple(answer))


def _indexed(articles: Path, index: Path) -> None:
    from rag import Assistant

    with Assistant(settings=load(articles=articles, index=index)):
        pass


def _empty() -> float:
    port = _free()
    with _started([sys.executable, "-c", EMPTY, str(port)]) as began:
        return _until(port, "/", None) - began


def _byline(articles: Path, index: Path) -> tuple[float, float]:
    port = _free()
    command = ["-m", "ui.cli", "chat", str(articles), "--index", str(index), "--port", str(port)]
    with _started([sys.executable, *command]) as began:
        page = _until(port, "/", None)
        return page - began, _until(port, "/api/ask", json.dumps({"question": QUESTION})) - began


@contextmanager
def _started(command: Sequence[str]) -> Iterator[float]:
    """When the process was started; it is ended with the context."""
    environment = {**os.environ, "GRADIO_ANALYTICS_ENABLED": "False"}
    began = monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield began
    finally:
        process.kill()
        process.wait()


def _until(port: int, path: str, body: str | None) -> float:
    """When the address first answered 200."""
    until = monotonic() + GIVE_UP
    while monotonic() < until:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=GIVE_UP)
        try:
            headers = {"content-type": "application/json"} if body else {}
            connection.request("POST" if body else "GET", path, body, headers)
            response = connection.getresponse()
            response.read()
            if response.status == 200:
                return monotonic()
        except (OSError, http.client.HTTPException):
            pass  # not listening yet
        finally:
            connection.close()
        sleep(LOOK)
    raise RuntimeError(f"nothing answered at {path} within {GIVE_UP:.0f} seconds")


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def report(seconds: Seconds) -> str:
    """A Markdown table of the medians, with the fastest and slowest round."""
    rows = (
        ("empty Gradio page: command to page", seconds.empty),
        ("byline chat: command to page", seconds.page),
        ("byline chat: command to first answer", seconds.answer),
    )
    lines = [f"| {what} | {median(of):.2f} s | {min(of):.2f} to {max(of):.2f} s |" for what, of in rows]
    head = ["| | median | rounds |", "|---|---|---|"]
    return "\n".join([*head, *lines, f"\npage: {seconds.ratio:.2f} times the empty page (at most {TARGET})"])


def main() -> None:
    """Reads the command line, measures and prints; exits 1 where the page takes longer than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--articles", type=Path, default=CHECKOUT_SEEDS)
    parser.add_argument("--index", type=Path, help="An index that is kept, instead of one made for this run.")
    given = parser.parse_args()
    seconds = measure(given.rounds, given.articles, given.index)
    print(report(seconds))
    sys.exit(seconds.ratio > TARGET)


if __name__ == "__main__":
    main()
