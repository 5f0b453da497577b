"""What takes long, in processes of its own: the index is brought up to date, and accounts are worked out.

Python computes in one thread of a process at a time. Beside a thread that indexes, whoever asks the page waits for it
at every row that SQLite gives; beside a process that does, only where there are too few cores; there it gives way.

Messages are lines of JSON: a request names what to do; answers tell progress, then a result or an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from index import errors
from index.catalog.rows import Failure
from index.errors import BylineError
from index.sync import SyncReport
from ui.server.heaps import few_heaps

if TYPE_CHECKING:
    from index.settings import Settings
    from index.store import Index
    from index.sync import Progress

NICE = {"sync": 2, "accounts": 10}
"""How far each kind of work gives way to the page where both want a core: it has 1.5 times as much of it as what is
indexed, for which somebody may wait too, and 9 times as much as what colours a picture."""
LARGEST = 1 << 30
"""Bytes of memory from which on a process that has synced is not kept: one odd file of 20 MB takes two billion."""
END_SECONDS = 5.0
"""How long one may take to end by itself."""
ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.insert(0, sys.argv[1]); from ui.server.apart import serve; serve(int(sys.argv[2]))"
"""multiprocessing would run the user's own script again in the new process."""


class Apart:
    """The processes beside a page. Threads may share it; each kind of work is done one at a time.

    One process syncs for as long as the page runs, since it holds the model and the vector store. Another is started
    each time that accounts are asked for, and gives its memory back with its end.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._closed = False
        self._running: set[subprocess.Popen[str]] = set()
        self._syncing: subprocess.Popen[str] | None = None

    def sync(self, progress: Progress | None = None) -> SyncReport:
        """As `Assistant.sync`, and raises what it raises; RuntimeError where the process ended, or made a mistake.

        After an error the process is another one the next time. What `progress` raises ends it.
        """
        try:
            if self._syncing is None:
                self._syncing = self._started("sync")
            made = _asked(self._syncing, "sync", progress)
        except BaseException:
            self._end_syncing()
            raise
        if made["peak"] > LARGEST:
            self._end_syncing()
        failed, notes = tuple(Failure(**one) for one in made["report"]["failed"]), tuple(made["report"]["notes"])
        return SyncReport(**(made["report"] | {"failed": failed, "notes": notes}))

    def accounts(self) -> Sequence[tuple[str, ...]]:
        """As `Assistant.accounts`."""
        process = self._started("accounts")
        try:
            return [tuple(group) for group in _asked(process, "accounts")]
        finally:
            self._end(process)

    def close(self) -> None:
        """Ends the processes, also in the middle of their work; what is not committed is done again by the next."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            self._end(process)

    def _started(self, what: str) -> subprocess.Popen[str]:
        values = {name: str(value) for name, value in asdict(self._settings).items() if value is not None}
        with self._lock:
            if self._closed:
                raise errors.StorageError("Byline is ending")
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", START, ROOT, str(NICE[what])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                errors="surrogatepass",
                start_new_session=True,  # Ctrl-C in the terminal is for the page, which then ends it
            )
            self._running.add(process)
        _send(process.stdin, values)
        return process

    def _end_syncing(self) -> None:
        ended, self._syncing = self._syncing, None
        self._end(ended)

    def _end(self, process: subprocess.Popen[str] | None) -> None:
        if process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            if process.stdin:
                process.stdin.close()
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with contextlib.suppress(OSError):
            if process.stdout:
                process.stdout.close()
        with self._lock:
            self._running.discard(process)


def _asked(process: subprocess.Popen[str], what: str, progress: Progress | None = None) -> Any:
    _send(process.stdin, what)
    assert process.stdout is not None
    for line in process.stdout:
        answer: dict[str, Any] = json.loads(line)
        if "progress" in answer:
            if progress:
                progress(*answer["progress"])
        elif "error" in answer:
            error: Exception = getattr(errors, answer["kind"], RuntimeError)(answer["error"])
            error.add_note(answer["trace"])
            raise error
        else:
            return answer["made"]
    raise RuntimeError("the process that indexes has ended")


def _send(pipe: IO[str] | None, message: object) -> None:
    assert pipe is not None
    try:
        pipe.write(json.dumps(message) + "\n")
        pipe.flush()
    except OSError as error:
        raise RuntimeError("the process that indexes has ended") from error


# --- the other side ----------------------------------------------------------------------------------------


def serve(nice: int) -> None:
    """The life of such a process: settings, then requests, until the page has gone, also in the midst of its work."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    os.dup2(2, 1)  # what a library prints must not get between the messages
    with contextlib.suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(nice)
    few_heaps()
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="surrogatepass")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    _Work(json.loads(requests.readline()), out).follow(requests)


class _Work:
    """What is done beside the page."""

    def __init__(self, values: dict[str, Any], out: IO[str]) -> None:
        self._values, self._out = values, out
        self._index: Index | None = None

    def follow(self, requests: IO[str]) -> None:
        """Each in another thread, one after the other: the page's end is seen in the middle of it too."""
        for line in requests:
            threading.Thread(target=self._do, args=(json.loads(line),), daemon=True).start()
        os._exit(0)

    def _do(self, what: str) -> None:
        try:
            self._tell({"made": self._made(what)})
        except BaseException as error:  # noqa: BLE001 - the page has to hear of it, a library's panic too
            ours = isinstance(error, BylineError)
            said = str(error) if ours else f"{type(error).__name__}: {error}"
            trace = "" if ours else traceback.format_exc()
            self._tell({"error": said, "kind": type(error).__name__, "trace": trace})

    def _made(self, what: str) -> object:
        from index import settings
        from index.store import Index

        if self._index is None:
            self._index = Index(settings.load(settings.Settings(), **self._values))
        if what == "sync":
            report = self._index.sync(lambda *done: self._tell({"progress": done}))
            return {"report": asdict(report), "peak": _peak()}
        from rag.accounts.groups import all_accounts

        return all_accounts(self._index)

    def _tell(self, answer: object) -> None:
        self._out.write(json.dumps(answer) + "\n")
        self._out.flush()


def _peak() -> int:
    """The most bytes of memory that this process had; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
