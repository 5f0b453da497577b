"""`byline chat` in a process of its own on loopback, and what that process holds: memory, threads, file handles."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

START_SECONDS = 300.0
"""How long a server may take until it is ready: a folder of 1,000 articles is indexed meanwhile."""
LINES = 2_000
"""Lines of its log that are kept."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a process holds at a moment."""

    memory: float
    """Resident, in MB."""
    threads: int
    handles: int
    sqlite: int
    """Handles of SQLite's files, those of Chroma's included."""
    sockets: int


@dataclass(slots=True)
class Server:
    """A server that runs."""

    url: str
    pid: int
    log: deque[str] = field(default_factory=lambda: deque(maxlen=LINES))
    """Its last lines on stderr."""

    @property
    def port(self) -> int:
        """The port on loopback."""
        return int(self.url.rsplit(":", 1)[1])


@contextmanager
def serving(
    articles: Path, index: Path, flags: Sequence[str] = (), *, handles: int | None = None, data: Path | None = None
) -> Iterator[Server]:
    """`byline chat` over a folder, once it is ready; ended with the context.

    `flags` are further ones of the command; `handles` is the most that the process may open (ulimit -n); `data`
    stands in for the user's data folder, where drafts are written. Raises RuntimeError, with the last lines of its
    log, where it does not become ready.
    """
    command = [sys.executable, "-m", "ui.cli", "chat", str(articles), "--index", str(index), "--port", "0", *flags]
    if handles:
        command = ["sh", "-c", f'ulimit -n {handles} && exec "$@"', "sh", *command]
    environment = dict(os.environ) | ({"XDG_DATA_HOME": str(data)} if data else {})
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    server = Server("", process.pid)
    ready: Queue[str] = Queue()
    threading.Thread(target=_read, args=(process, server, ready), daemon=True).start()
    try:
        _wait(server, ready)
        yield server
    finally:
        process.kill()
        process.wait()


def _read(process: subprocess.Popen[str], server: Server, ready: Queue[str]) -> None:
    """Reads the log to its end: a pipe that nobody reads would stop the server."""
    for line in process.stderr or ():
        server.log.append(line.rstrip())
        if at := re.match(r"Byline is at (\S+)", line):
            server.url = at[1]
        if line.startswith("Byline is ready"):
            ready.put("")
    ready.put("it ended")


def _wait(server: Server, ready: Queue[str]) -> None:
    try:
        problem = ready.get(timeout=START_SECONDS)
    except Empty:
        problem = f"not within {START_SECONDS:.0f} s"
    if problem:
        raise RuntimeError(f"byline chat did not become ready ({problem}): {' / '.join(list(server.log)[-5:])}")


def held(pid: int) -> Held:
    """What the process and those that it has started hold now, together (Linux)."""
    kinds: Counter[str] = Counter()
    threads = 0
    for one in _family(pid):
        with suppress(OSError):  # ended meanwhile
            kinds.update(map(_kind, _targets(one)))
            told = re.search(r"Threads:\s*(\d+)", Path(f"/proc/{one}/status").read_text())
            threads += int(told[1]) if told else 0
    return Held(resident(pid), threads, kinds.total(), kinds["sqlite"], kinds["socket"])


def _family(pid: int) -> Iterator[int]:
    """The process, those that it has started, and theirs."""
    yield pid
    for task in Path("/proc").glob(f"{pid}/task/*/children"):
        with suppress(OSError):
            for child in task.read_text().split():
                yield from _family(int(child))


def _targets(pid: int) -> Iterator[str]:
    """What each open handle is of."""
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # closed meanwhile
            yield str(handle.readlink())


def _kind(target: str) -> str:
    if target.startswith("socket:"):
        return "socket"
    return "sqlite" if ".sqlite" in Path(target).name else "other"


def resident(pid: int) -> float:
    """The resident memory in MB of the process and, on Linux, of those that it has started."""
    if Path("/proc/self/status").exists():
        return sum(map(_resident, _family(pid)))
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return int(told.stdout or 0) / 1024


def _resident(pid: int) -> float:
    try:
        found = re.search(r"VmRSS:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:  # it has ended
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def disk(folder: Path) -> float:
    """What a folder's files take, in MB."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):  # gone meanwhile
            total += file.stat().st_size if file.is_file() else 0
    return total / 1e6
