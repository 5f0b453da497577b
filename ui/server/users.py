"""Who may come in: a file of names and hashes, read again when it changes."""

from __future__ import annotations

import logging
import os
import stat
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from index.errors import SettingsError
from ui.server.passwords import MOST_SECONDS, Kind, hashed, is_right, kind_of

SHORTEST = 8
"""Characters of a password."""
LONGEST = 200
"""Characters of a name or a password; more are not hashed."""
MOST_BYTES = 1_000_000
"""Of a users file."""
MOST_USERS = 5_000
MOST_KINDS = 4
"""Kinds of hashes in one file: every attempt is checked once in each of them."""
LOOK_SECONDS = 1.0
"""How often the file is looked at, and how soon whoever is removed from it is out."""
SETTLED_SECONDS = 2.0
"""A file that was changed so shortly ago is read again at the next look: a second change may bear the same time."""
_log = logging.getLogger("byline.passwords")


class Users:
    """Names and the hashes of their passwords."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        """Raises ValueError where a hash is not taken, or all of them together take too long to check."""
        self._hashes = {same_name(name): hash for name, hash in hashes.items()}
        self._kinds = {hash: kind_of(hash) for hash in self._hashes.values()}
        self._one_of: dict[Kind, str] = {}
        for hash, kind in self._kinds.items():
            self._one_of.setdefault(kind, hash)
        if len(self._one_of) > MOST_KINDS or sum(kind.seconds for kind in self._one_of) > MOST_SECONDS:
            raise ValueError(
                f"has hashes of {len(self._one_of)} kinds and costs, too many to check all at each attempt: make "
                "its lines anew with byline password"
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Users) and other._hashes == self._hashes

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._hashes)

    def now(self) -> Users:
        """These, as they are not of a file that could change; see UsersFile."""
        return self

    def hash_of(self, name: str) -> str | None:
        """The hash of the user's password; None where there is no such user."""
        return self._hashes.get(same_name(name))

    def right(self, name: str, password: str) -> bool:
        """Whether this is the user's password.

        Every attempt is one check in each kind that the file has, so that it takes as long for a name that there is
        not, and for a user with a costly hash as for one with a cheap one.
        """
        own = self.hash_of(name)
        right = False
        for kind, one in self._one_of.items():
            if own is not None and self._kinds[own] == kind:
                right = is_right(password, own)
            else:
                is_right(password, one)
        return right

    def changed(self, later: Users) -> int:
        """How many of these are removed in `later`, or have another password."""
        return sum(later._hashes.get(name) != hash for name, hash in self._hashes.items())


class UsersFile:
    """The users of a file that is read again when it changes."""

    def __init__(self, file: Path) -> None:
        """Raises SettingsError as `users_from` does."""
        self._file = file
        self._seen = _stamp(file)
        self._settled = False
        self._users = users_from(file)
        self._looked = time.monotonic()
        self._trouble = ""

    def now(self) -> Users:
        """The users as the file has them, at most a second ago; those that it had, while it cannot be read."""
        if time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            self._look()
        return self._users

    def _look(self) -> None:
        stamp = _stamp(self._file)
        if stamp == self._seen and self._settled:
            return
        new, self._seen = stamp != self._seen, stamp
        self._settled = stamp is None or min(abs(time.time() - at / 1e9) for at in stamp[:2]) > SETTLED_SECONDS
        try:
            users = users_from(self._file)
        except SettingsError as error:
            if new or str(error) != self._trouble:
                _log.warning("%s; until then the users are those it had", error)
            self._trouble = str(error)
            return
        if users != self._users or self._trouble:
            out = self._users.changed(users)
            _log.info("%s was read again: %d users; %d removed or with a new password", self._file, len(users), out)
        self._users, self._trouble = users, ""


def _stamp(file: Path) -> tuple[int, int, int, int] | None:
    """What changes when a file is written or replaced, times first; None where there is none."""
    try:
        now = file.stat()
    except OSError:
        return None
    return now.st_mtime_ns, now.st_ctime_ns, now.st_size, now.st_ino


def users_from(file: Path) -> Users:
    """The users of a file of lines "name:hash", as `byline password` and `htpasswd -B` print them.

    Raises SettingsError, which names the file and the line, never a password or a hash.
    """
    hashes: dict[str, str] = {}
    first: dict[str, int] = {}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, colon, hash = line.strip().partition(":")
        wrong = _wrong(name, colon, hash)
        if not wrong and same_name(name) in first:
            wrong = f"has the user of line {first[same_name(name)]} again: keep one of the two"
        if wrong:
            raise SettingsError(f"line {number} of {file} {wrong}")
        hashes[name] = hash
        first[same_name(name)] = number
    if not hashes:
        raise SettingsError(f"{file} names no user: byline password makes its lines")
    if len(hashes) > MOST_USERS:
        raise SettingsError(f"{file} has more than {MOST_USERS:,} users: keep those who need to ask")
    try:
        return Users(hashes)
    except ValueError as error:
        raise SettingsError(f"{file} {error}") from None


def _lines(file: Path) -> list[str]:
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise SettingsError(f"cannot read the users in {file}: it is not a file")
        with file.open("rb") as opened:
            text = opened.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise SettingsError(f"{file} is larger than {MOST_BYTES / 1e6:.0f} MB: it is no file of users")
        return text.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise SettingsError(f"cannot read the users in {file}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise SettingsError(f"{file} is not UTF-8 text: save it as UTF-8") from None


def _wrong(name: str, colon: str, hash: str) -> str | None:
    """What is wrong with a line of the file, without what it holds."""
    if not colon or not name:
        return "is not of the form name:hash"
    if _no_name(name) or len(hash) > LONGEST or not hash.isprintable():
        return "has a name or a hash that is too long or has unprintable characters"
    try:
        kind_of(hash)
    except ValueError as error:
        return str(error)
    return None


def _no_name(name: str) -> bool:
    return not 0 < len(name) <= LONGEST or not name.isprintable()


def line_for(name: str, password: str) -> str:
    """The line of the file for a user. Raises SettingsError for a name or password that it could not have."""
    if _no_name(name) or ":" in name or name.startswith("#") or name != name.strip():
        raise SettingsError("this user has a name that is empty or too long, or has a colon or a # where it may not")
    if len(password) < SHORTEST:
        raise SettingsError(f"this user has a password of fewer than {SHORTEST} characters: choose a longer one")
    if len(password) > LONGEST:
        raise SettingsError(f"this user has a password of more than {LONGEST} characters: choose a shorter one")
    if not password.isprintable():
        raise SettingsError("this user has a password with unprintable characters: choose another")
    return f"{name}:{hashed(password)}"


def readable_by_others(file: Path) -> bool:
    """Whether other users of this machine may read the file."""
    return os.name == "posix" and bool(file.stat().st_mode & 0o077)


def same_name(name: str) -> str:
    """The name as it is compared: an accent may have been typed on its own."""
    return unicodedata.normalize("NFC", name)
