"""Why something that a browser sent is not taken."""

from __future__ import annotations

from index.errors import BylineError


class RefusedError(BylineError):
    """One line for whoever sent it, and the HTTP status that says the same to a program."""

    def __init__(self, status: int, message: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = 2 if status == 503 and retry_after is None else retry_after
        """Seconds after which it may be taken; None where waiting does not help."""
