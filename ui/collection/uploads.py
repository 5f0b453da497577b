"""Files that people add: streamed beside their place in the articles folder, then put there at once.

Nothing is ever overwritten or followed out of the folder: a name that is taken, be it by a link to elsewhere, gets a
number. What the folder holds already is not stored again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool

from index.readers.files import MAX_BYTES
from ui.collection.names import numbered, safe_name, shown
from ui.collection.refusal import RefusedError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

MOST_FILES = 100
"""Files that are taken at a time, as the page asks for them."""
PART = ".byline-{}.part"
"""A file on its way; hidden files are no articles. Whoever writes it holds its lock: so any process can tell it from
one that was left by a process that was killed, whatever the clocks say."""
MOST_NAMES = 1000
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))  # Windows has no quotas
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
"""What file systems answer that know no hard links."""

Known = Callable[[str], str | None]
"""From a file's SHA-256 to the path of an article file that has it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a file."""

    name: str
    """Its name in the folder."""
    new: bool
    """Whether it was put there: else the folder has these very bytes already, under this name."""


async def store(folder: Path, sent: str, chunks: AsyncIterator[bytes], known: Known) -> Stored:
    """Puts a file into the folder under a safe name, or leaves everything as it was.

    Raises RefusedError for a name or a size that is not taken, an empty file, and a folder that cannot be written.
    """
    name = safe_name(sent)
    try:
        part, out = await run_in_threadpool(_begun, folder)
    except OSError as error:
        raise _unwritable(error) from error
    try:
        with out:
            digest = await _receive(out, name, chunks)
            if same := await run_in_threadpool(known, digest):
                return Stored(same, False)
            if fcntl is None:
                out.close()  # Windows gives no open file another name
            return await run_in_threadpool(_place, part, folder, name, digest)
    except OSError as error:
        raise _unwritable(error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _begun(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file on its way, held by this process; those that nobody holds are cleared away."""
    _clear_away(folder)
    for _ in range(MOST_NAMES):
        part = folder / PART.format(secrets.token_hex(8))
        number = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        out = open(number, "w+b")  # noqa: PTH123, SIM115 - a file that is open already, closed by whoever writes it
        try:
            held = _held(out)
        except OSError:  # a file system without locks, where nothing is cleared away either
            return part, out
        if held and part.exists():
            return part, out
        out.close()  # another process took it for one that nobody holds, before it was held
    raise RefusedError(503, "many files are being added: try again in a moment")


def _clear_away(folder: Path) -> None:
    """Deletes files on their way that nobody holds."""
    for part in folder.glob(PART.format("*")):
        with suppress(OSError), part.open("r+b") as left:
            if _held(left):
                if fcntl is None:
                    left.close()
                part.unlink()


def _held(file: BinaryIO) -> bool:
    """Whether this process has the file's lock now. True where there are no locks: Windows deletes no open file.

    Raises OSError where the file system has none.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


async def _receive(out: BinaryIO, name: str, chunks: AsyncIterator[bytes]) -> str:
    """Writes the file on its way. Returns the SHA-256 of its bytes."""
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MAX_BYTES:
            raise too_large(name)
        digest.update(chunk)
        await run_in_threadpool(out.write, chunk)
    if not size:
        raise RefusedError(400, f"{shown(name)} is empty")
    await run_in_threadpool(_through, out.fileno(), out.flush)
    return digest.hexdigest()


def too_large(name: str) -> RefusedError:
    """Why a file of so many bytes is not taken."""
    return RefusedError(
        413, f"{shown(name)} is larger than {MAX_BYTES / 1e6:.0f} MB: put it into the folder yourself"
    )


def _through(number: int, flush: Callable[[], None]) -> None:
    """A full disk may say so only now."""
    flush()
    os.fsync(number)


def _place(part: Path, folder: Path, name: str, digest: str) -> Stored:
    for number in range(1, MOST_NAMES):
        target = folder / numbered(name, number)
        try:
            _put(part, target)
        except FileExistsError:
            if _is(target, digest):
                return Stored(target.name, False)
        else:
            return Stored(target.name, True)
    raise RefusedError(409, f"the folder has {MOST_NAMES:,} files named like {shown(name)}: give it another name")


def _put(part: Path, target: Path) -> None:
    """Gives the file its name, where nothing has it. Raises FileExistsError."""
    try:
        os.link(part, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        part.replace(target)


def _is(file: Path, digest: str) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest() == digest


def _unwritable(error: OSError) -> RefusedError:
    if error.errno in _FULL:
        return RefusedError(507, "the disk of the articles folder is full: free some space, and add the file again")
    if error.errno in _READ_ONLY:
        return RefusedError(403, "the articles folder may not be written to: ask whoever runs Byline to allow it")
    if isinstance(error, FileNotFoundError):
        return RefusedError(409, "the articles folder is not there any more: ask whoever runs Byline")
    return RefusedError(500, f"the file could not be written ({error.strerror or 'an error of the disk'})")
