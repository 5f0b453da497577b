"""The open files of this process, for tests that nothing is left open."""

from __future__ import annotations

import os
from pathlib import Path


def open_files(folder: Path) -> list[str]:
    """The files in `folder`, by name, that this process has open, once for each time it has."""
    found: list[str] = []
    for handle in os.listdir("/proc/self/fd"):  # noqa: PTH208
        try:
            target = os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115
        except OSError:  # it was the one that listed them
            continue
        if target.startswith(f"{folder.resolve()}/"):
            found.append(Path(target).name)
    return found
