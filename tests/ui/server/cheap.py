"""Users whose passwords are quick to check: what these hashes cost is nothing, their form is as it is."""

from __future__ import annotations

import argon2 as argon2_library
import bcrypt
from pwdlib.hashers.argon2 import Argon2Hasher

from ui.server.users import Users

ARGON2 = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)


def argon2(password: str) -> str:
    return ARGON2.hash(password)


def htpasswd(password: str, cost: int = 4) -> str:
    """As `htpasswd -B` makes it."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode().replace("$2b$", "$2y$")


def users(**passwords: str) -> Users:
    return Users({name: argon2(password) for name, password in passwords.items()})


def argon2_i() -> argon2_library.Type:
    return argon2_library.Type.I
