"""What files the articles folder holds now."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import FolderError
from index.text.articles import find_articles, printable


@dataclass(frozen=True, slots=True)
class Found:
    """The files of a folder, by relative path; and the subfolders, with a slash behind, that cannot be opened."""

    files: dict[str, Path]
    closed: dict[str, str]
    """Path -> reason."""

    def hidden(self, path: str) -> bool:
        """Whether a file may still be there, behind a folder that cannot be opened."""
        return any(path.startswith(folder) for folder in self.closed)


def scan(folder: Path) -> Found:
    """What the folder holds, maybe nothing. Raises FolderError where it cannot be opened."""
    name = printable(str(folder))
    if not os.path.exists(folder):
        raise FolderError(f"the articles folder {name} does not exist: check its name")
    if not os.path.isdir(folder):
        raise FolderError(f"{name} is not a folder: name the folder that the articles are in")
    if not os.access(folder, os.R_OK | os.X_OK):
        raise FolderError(f"the articles folder {name} cannot be read: check its permissions")
    closed: list[tuple[str, str]] = []
    files = {storable(file.relative_to(folder).as_posix()): file for file in find_articles(folder, closed)}
    return Found(files, {storable(path): reason for path, reason in closed})


def storable(path: str) -> str:
    """The path, or where its bytes are not text, what is printed in its place."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return printable(path)
    return path
