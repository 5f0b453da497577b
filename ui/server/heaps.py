"""How the C library keeps memory for a process of many threads that runs for weeks."""

from __future__ import annotations

import ctypes
import sys

M_ARENA_MAX, HEAPS = -8, 2
"""glibc's mallopt, and heaps that all threads share: with one for each of 20 threads, what one has freed stays unused
by the others, and memory still grows after 1,000 changes of a folder."""


def few_heaps() -> None:
    """Has the C library keep few heaps from now on (glibc; elsewhere nothing happens)."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_ARENA_MAX, HEAPS)
