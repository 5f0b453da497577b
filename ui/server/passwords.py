"""Passwords as hashes: which are taken, how long they take to check, and whether a password is the right one."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass

from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

MOST_SECONDS = 2.0
"""What one check may take, about: whoever guesses makes the server do it, and whoever comes in waits for it."""
MOST_MEMORY = 256 * 1024
"""KiB that one check may take."""
BCRYPT_READS = 72
"""Bytes of a password that bcrypt looks at; a longer one is not cut but wrong."""
_KIB_A_SECOND = 2**20
"""Memory that argon2 fills in a second, and bcrypt's cost at which a check takes .3 s: one 2 GHz core, measured."""
_BCRYPT_COST, _BCRYPT_SECONDS = 12, 0.3

_ARGON2 = re.compile(
    r"\$(?P<variant>argon2id?)\$v=19\$m=(?P<memory>[1-9]\d{0,8}),t=(?P<passes>[1-9]\d{0,5}),p=(?P<lanes>[1-9]\d{0,3})"
    r"\$(?P<salt>[A-Za-z0-9+/]{11,86})\$(?P<hash>[A-Za-z0-9+/]{22,86})"
)
# The last letters of salt and hash hold 2 and 4 bits; others are no bcrypt's, and nothing would ever match them.
_BCRYPT = re.compile(r"\$2[aby]\$(?P<cost>\d\d)\$[A-Za-z0-9./]{21}[.Oeu][A-Za-z0-9./]{30}[.CGKOSWaeimquy26]")
_ANEW = "make the line anew with byline password"
_NOT_TAKEN = {
    "scrypt$": f"has a hash of an earlier Byline: {_ANEW}",
    "$argon2": f"has a damaged argon2 hash: {_ANEW}",
    "$2": f"has a damaged bcrypt hash: {_ANEW}",
    "$apr1$": f"has an MD5 hash of htpasswd, which is too quickly guessed: {_ANEW}, or with htpasswd -B",
    "$": f"has a hash that is neither argon2's nor bcrypt's: {_ANEW}, or with htpasswd -B",
    "{": f"has a hash that is neither argon2's nor bcrypt's: {_ANEW}, or with htpasswd -B",
    "": f"has no argon2 or bcrypt hash after the name, and a password in plain text is not taken: {_ANEW}",
}
"""How a line begins after its name, and what is said of it; the first that fits."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A scheme and its cost: hashes of one kind take equally long to check."""

    name: str
    seconds: float
    """About, on one core."""


def kind_of(hash: str) -> Kind:
    """The kind of an argon2 or bcrypt hash. Raises ValueError, which says what is wrong without the hash itself."""
    argon2, bcrypt = _ARGON2.fullmatch(hash), _BCRYPT.fullmatch(hash)
    if argon2 and _is_base64(argon2["salt"]) and _is_base64(argon2["hash"]):
        memory, passes, lanes = (int(argon2[part]) for part in ("memory", "passes", "lanes"))
        if memory > MOST_MEMORY or lanes > 16:
            raise ValueError(f"has a hash that takes more than {MOST_MEMORY // 1024} MB or 16 threads: {_ANEW}")
        if memory < 8 * lanes:
            raise ValueError(_NOT_TAKEN["$argon2"])
        return _bounded(Kind(f"{argon2['variant']} {memory} {passes} {lanes}", memory * passes / _KIB_A_SECOND))
    if bcrypt and int(bcrypt["cost"]) >= 4:
        cost = int(bcrypt["cost"])
        return _bounded(Kind(f"bcrypt {cost}", _BCRYPT_SECONDS * 2.0 ** (cost - _BCRYPT_COST)))
    raise ValueError(next(said for begins, said in _NOT_TAKEN.items() if hash.startswith(begins)))


def _bounded(kind: Kind) -> Kind:
    if kind.seconds > MOST_SECONDS:
        raise ValueError(f"has a hash that takes more than {MOST_SECONDS:.0f} seconds to check: {_ANEW}")
    return kind


def _is_base64(text: str) -> bool:
    """Whether it is what an encoder without padding makes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return False
    return base64.b64encode(data).decode().rstrip("=") == text


def hashed(password: str) -> str:
    """An argon2id hash of it, at the cost that pwdlib recommends: 64 MB and .1 to .2 s."""
    return Argon2Hasher().hash(_same(password))


def is_right(password: str, hash: str) -> bool:
    """Whether the hash, of a kind that `kind_of` takes, is the password's; as long for every password."""
    typed = _same(password).encode("utf-8", "surrogatepass")
    if hash.startswith("$argon2"):
        return Argon2Hasher().verify(typed, hash)
    # bcrypt repeats a password with a zero byte at its end: "x", and "x", zero, "x" would be one and the same
    fits = len(typed) <= BCRYPT_READS and b"\0" not in typed
    return BcryptHasher().verify(typed[:BCRYPT_READS].replace(b"\0", b"0"), hash) and fits


def _same(text: str) -> str:
    """The text composed: keyboards differ in how they type accents."""
    return unicodedata.normalize("NFC", text)
