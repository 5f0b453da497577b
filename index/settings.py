"""The few settings, in one place: arguments win over flags' BYLINE_* variables, which win over defaults."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import platformdirs

from index.errors import SettingsError

PREFIX = "BYLINE_"
PACKAGED_MODEL = "all-MiniLM-L6-v2"
"""The default: the weights that come with the installation, run on ONNX Runtime."""
NUMBERS = ("words", "port", "uploads_mb", "uploads_mb_hour", "uploads_files_hour")
MOST_UPLOADS = 1_000_000_000
"""As good as no limit."""
EXPORT_FIELDS = ("text", "title", "published", "outlet", "url")
CHECKOUT_SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. README.md has the same table for people."""

    articles: Path | None = None
    """The articles folder; None stands for the checkout's seeds/, where there is one."""
    index: Path | None = None
    """Where the index is kept; None stands for the user's cache folder."""
    model: str = PACKAGED_MODEL
    """Embedding model: the packaged one, or any sentence-transformers model by name or path."""
    writer: str = "quotes"
    """Who writes the answer; "quotes" composes it from the articles' own sentences."""
    fields: str = ""
    """What a .jsonl export calls its fields where Byline does not know it: "text=body.plain,title=headline"."""
    reader: str = "none"
    """Model that reads the best passages for the answer: "packaged", one by name or path, or "none"."""
    bar: float | None = None
    """Probability, 0..1, of being right from which on a sentence is claimed to be the answer; None stands for
    what was chosen without and with a reader (`rag.choosing.chances.BARS`)."""
    bold: float = 0.85
    """The same of the words in it that answer by themselves, from which on they are set in bold."""
    words: int = 80
    """The longest answer, in words."""
    host: str = "127.0.0.1"
    port: int = 7860
    uploads_mb: int = 5_000
    """What the articles folder may hold, in megabytes, where files are added on the page. With an index of up to 40
    times as much, it fills a disk of 200 GB."""
    uploads_mb_hour: int = 500
    """What one user, or one address where nobody has a password, may add in an hour: 25 of the largest files."""
    uploads_files_hour: int = 1_000
    """The same in files: ten times what the page takes at a time."""

    @property
    def folder(self) -> Path:
        """The articles folder, absolute. Raises SettingsError where none is set and there is no seeds/."""
        if self.articles is not None:
            return Path(os.path.abspath(self.articles))
        if CHECKOUT_SEEDS.is_dir():
            return CHECKOUT_SEEDS
        raise SettingsError("no articles folder: name one, or set BYLINE_ARTICLES to its path")

    @property
    def export_fields(self) -> dict[str, str]:
        """`fields` as Byline's name -> the export's name. Raises SettingsError."""
        pairs = [part.partition("=") for part in self.fields.split(",") if part.strip()]
        named = {name.strip(): field.strip() for name, _, field in pairs}
        if not all(named.values()) or not set(named) <= set(EXPORT_FIELDS):
            raise SettingsError(
                f"fields is {self.fields!r}: write name=field,name=field; the names are {', '.join(EXPORT_FIELDS)}"
            )
        return named

    @property
    def index_folder(self) -> Path:
        """Where this folder's index is kept, absolute; named after the articles folder's path."""
        if self.index is not None:
            return Path(os.path.abspath(self.index))
        digest = hashlib.sha256(os.fsencode(os.path.realpath(self.folder))).hexdigest()[:12]
        name = re.sub(r"[^\w.-]+", "-", self.folder.name)[:40] or "root"
        return cache_folder() / "indexes" / f"{name}-{digest}"


def cache_folder() -> Path:
    """Byline's own folder in the user's cache."""
    return Path(platformdirs.user_cache_dir("byline", appauthor=False))


def load(base: Settings | None = None, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """`base`, or else settings from BYLINE_* variables, with `given` (None means not given) put over them.

    Raises SettingsError for a misspelt variable or a value that cannot be used.
    """
    environ = os.environ if environ is None else environ
    if base is not None:
        return _checked(base, {name: value for name, value in given.items() if value is not None})
    names = {field.name for field in fields(Settings)}
    values: dict[str, Any] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in names:
            known = ", ".join(PREFIX + name.upper() for name in sorted(names))
            raise SettingsError(f"unknown setting {variable}: the settings are {known}")
        if value.strip():
            values[name] = value
    values.update({name: value for name, value in given.items() if value is not None})
    return _checked(Settings(), values)


def _checked(settings: Settings, values: dict[str, Any]) -> Settings:
    names = {field.name for field in fields(Settings)}
    for name, value in values.items():
        if name not in names:
            raise SettingsError(f"unknown setting {name}: the settings are {', '.join(sorted(names))}")
        settings = replace(settings, **{name: _convert(name, value)})
    for name in ("bar", "bold"):
        if not 0 <= (getattr(settings, name) or 0.0) <= 1:
            raise SettingsError(f"{name} is {getattr(settings, name)}: give a confidence between 0 and 1")
    if not 1 <= settings.words <= 1000:
        raise SettingsError(f"words is {settings.words}: give a number from 1 to 1000")
    if not 0 <= settings.port <= 65535:
        raise SettingsError(f"port is {settings.port}: give a number from 0 to 65535")
    for name in ("uploads_mb", "uploads_mb_hour", "uploads_files_hour"):
        if not 0 <= getattr(settings, name) <= MOST_UPLOADS:
            raise SettingsError(f"{name} is {getattr(settings, name)}: give a number from 0 to {MOST_UPLOADS}")
    _ = settings.export_fields
    if settings.writer != "quotes":
        raise SettingsError(f"writer is {settings.writer!r}: the only writer is quotes")
    return settings


def _convert(name: str, value: Any) -> Any:
    numbers = dict.fromkeys(NUMBERS, int) | dict.fromkeys(("bar", "bold"), float)
    convert = {"articles": Path, "index": Path, **numbers}.get(name, str)
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{name} is {value!r}: {error}") from error
