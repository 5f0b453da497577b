"""Why something that a browser sent is not taken."""

from __future__ import annotations

from index.errors import BylineError


class RefusedError(BylineError):
    """One line for whoever sent it, and the HTTP status that says the same to a program."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
