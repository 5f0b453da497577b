"""NumPy's own threads, which are not to spin beside the model's and the question's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

_lock = threading.Lock()
_within = 0
_limits: list[object] = []


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it BLAS, of the whole process, works in the thread that calls it; as before once the last has left it.

    BLAS threads wait for more work by spinning, which takes the core on which the model reads the next text; and with
    one thread a product does not depend on the number of cores.
    """
    global _within
    with _lock:
        if not _within:
            _limits.append(_libraries().limit(limits=1, user_api="blas"))
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within:
                _limits.pop().restore_original_limits()  # type: ignore[attr-defined]


@cache
def _libraries() -> ThreadpoolController:
    """Those that are loaded; finding them takes 2 ms."""
    return ThreadpoolController()
