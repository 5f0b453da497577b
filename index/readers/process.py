"""One helper process for the files whose parsers are large: HTML, PDF, Word.

A file may hang its parser, crash it or make it ask for all memory there is. The helper has a time limit for each
file and a limit on memory; when a file hits one, the helper is ended, the next file starts another, and only that
file is lost. It is given bytes and gives back text: it needs no file and no network.

Messages are a length of eight bytes and as many bytes: a question is two of them (JSON, then the file's bytes),
an answer is one (JSON). Nothing is unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import IO, NoReturn

from index.errors import ArticleError
from index.readers.files import MAX_BYTES, printable
from index.types import Extracted

SECONDS = 20.0
"""For one file. A page of 18 MB of paragraphs takes 6, a PDF of a manual 0.025 a page (two cores, 2026)."""
MEMORY = 2 << 30
"""Bytes of address space. That page of 18 MB takes a quarter of it."""
LONGEST_ANSWER = 12 * MAX_BYTES + 1_000_000
"""Bytes; JSON writes a character in twelve at most."""
ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.insert(0, sys.argv[1]); from index.readers.process import serve; serve()"
"""multiprocessing would run the user's own script again in the new process."""


def apart(kind: str) -> Callable[[bytes, str], Extracted]:
    """A reader that runs `read` of the module index.readers.`kind` in the helper process."""

    def read(data: bytes, path: str) -> Extracted:
        return helper.read(kind, data, path)

    return read


class Helper:
    """The helper process, started with the first file it is needed for. One file at a time, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, kind: str, data: bytes, path: str) -> Extracted:
        """What the file says. Raises ArticleError, also where the file takes too long or ends its parser."""
        with self._lock:
            process = self._running(path)
            late = threading.Event()
            timer = threading.Timer(SECONDS, _stop_late, (process, late))
            timer.daemon = True
            timer.start()
            try:
                answer = _ask(process, {"kind": kind, "path": path}, data)
            except BaseException:
                self.close()  # Ctrl-C between question and answer would give the next file this one's answer
                raise
            finally:
                timer.cancel()
                timer.join()
            if answer is None or late.is_set():
                self.close()
        return _result(answer, late.is_set(), path)

    def _running(self, path: str) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            try:
                self._process = _start()
            except OSError as error:
                reason = error.strerror or type(error).__name__
                raise ArticleError(
                    f"{printable(path)} cannot be read: no process could be started for it ({reason}); try again."
                ) from error
        return self._process

    def close(self) -> None:
        """Ends the process, and with it a file that is being read; the next file starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        with contextlib.suppress(OSError), process:  # closes the pipes, of which one may be broken, and waits
            pass


def _start() -> subprocess.Popen[bytes]:
    """A process of its own session: Ctrl-C in the terminal is for the program that asks, which then ends it."""
    return subprocess.Popen(
        [sys.executable, "-P", "-c", START, ROOT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONHASHSEED": "0"},  # a library that walks a set gives the same text each time
        start_new_session=True,
    )


def _stop_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _ask(process: subprocess.Popen[bytes], question: dict[str, str], data: bytes) -> dict[str, object] | None:
    """The answer, or None where the process ended without one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        _send(process.stdin, json.dumps(question).encode())
        _send(process.stdin, data)
        answer = _receive(process.stdout, LONGEST_ANSWER)
    except OSError:
        return None
    loaded: dict[str, object] | None = json.loads(answer) if answer is not None else None
    return loaded


def _result(answer: dict[str, object] | None, late: bool, path: str) -> Extracted:
    if answer is None:
        raise ArticleError(
            f"{printable(path)} took longer than {SECONDS:g} s to read: split it, or save its text as .txt."
            if late
            else f"{printable(path)} crashed its reader or needed more than {MEMORY >> 30} GB of memory: "
            "save it again, or its text as .txt."
        )
    if "error" in answer:
        raise ArticleError(str(answer["error"]))
    pages = answer.pop("pages")
    return Extracted(**answer, pages=tuple(pages))  # type: ignore[arg-type]  # made by asdict in _answer


def _send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(len(message).to_bytes(8, "big"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: IO[bytes], longest: int = MAX_BYTES) -> bytes | None:
    """The next message, or None where the other side has gone."""
    size = int.from_bytes(head, "big") if len(head := pipe.read(8)) == 8 else longest + 1
    message = pipe.read(size) if size <= longest else b""
    return message if len(message) == size else None


def serve() -> None:
    """The helper's life: a question, an answer, until the program that asks has gone."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the messages
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _confine()
    while (question := _receive(questions)) is not None and (data := _receive(questions)) is not None:
        asked = json.loads(question)
        _limit_time(2 * SECONDS)
        answer = _answer(asked["kind"], data, asked["path"])
        _limit_time(0)
        _send(answers, json.dumps(answer).encode())


def _confine() -> None:
    """No more memory than MEMORY, no network, no other programs, and no Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.addaudithook(_refuse)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, OSError, ValueError):
        return  # Windows has no such limit and macOS keeps to none: the time limit has to do


def _refuse(event: str, _: object) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec"):
        raise PermissionError(f"{event} is not for a reader of files")


def _limit_time(seconds: float) -> None:
    """Ends this process by itself, for when the program that would do it was killed."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _answer(kind: str, data: bytes, path: str) -> dict[str, object]:
    try:
        extracted: Extracted = import_module(f"index.readers.{kind}").read(data, path)
    except ArticleError as error:
        return {"error": str(error)}
    except MemoryError:
        _give_up()
    except Exception as error:  # noqa: BLE001 - a damaged file makes its parser raise anything at all
        return {
            "error": f"{printable(path)} cannot be read as {kind.upper()} ({type(error).__name__}: it is damaged, or "
            "nested too deeply): save it again, or its text as .txt."
        }
    if len(extracted.text) > MAX_BYTES:
        return {"error": f"{printable(path)} holds more than {MAX_BYTES / 1e6:.0f} million characters: split it."}
    return asdict(extracted)


def _give_up() -> NoReturn:
    os._exit(1)  # what is left of memory may not do for anything more orderly


helper = Helper()


def _after_fork() -> None:
    """A forked process starts a helper of its own: two that ask one helper get each other's answers."""
    global helper
    helper = Helper()


@atexit.register
def _at_exit() -> None:
    helper.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
