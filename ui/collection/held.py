"""What the index of an opening holds, as the tab asks for it: JSON-ready values, texts on one line."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.catalog.listing import Listed, Wish, dated, failed, failed_count, listed, same_file, states
from ui.collection.chart import draw
from ui.collection.finding import Mentions
from ui.collection.told import Group, Told
from ui.render import one_line, shortened, why_skipped, written_date

if TYPE_CHECKING:
    from index.catalog.catalog import Catalog
    from index.catalog.database import Database
    from rag import Assistant
    from ui.server.opening import Opening

PAGE = 50
"""Articles on a page."""
MOST_COLOURED = 20_000
"""Articles up to which their accounts are worked out: a minute for 10,000 (all_accounts compares texts)."""
PICTURES = 8
"""Pictures that are kept."""
WIDTHS = 20
"""Pixels to which a width is rounded down: windows of about one width share a picture."""


class Held:
    """The collection behind the tab; threads may share it. Its methods raise NotReadyError while Byline opens."""

    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._mentions = Mentions()
        self._told = Told(opening.accounts)
        self._pictures: dict[tuple[str, int, bool], dict[str, Any]] = {}

    @property
    def assistant(self) -> Assistant:
        """The assistant, where it is open."""
        return self._opening.get(0)

    @property
    def catalog(self) -> Catalog:
        """Its catalog."""
        return self.assistant.catalog

    @property
    def database(self) -> Database:
        """Its catalog's tables."""
        return self.catalog.database

    def state(self) -> dict[str, Any]:
        """What goes on, and how much there is; "changes" is another as soon as what is indexed is. "looked_seconds"
        says how long ago the folder was looked at, None where it is not followed."""
        opening = self._opening
        doing = {"ready": opening.ready, "doing": opening.doing, "failed": opening.failed, "folder": opening.folder}
        if not opening.ready:
            unknown = {"problem": None, "watching": False, "looked_seconds": None}
            return {**doing, **unknown, "changes": "", "articles": 0, "failures": 0}
        return {
            **doing,
            "problem": opening.problem,
            "watching": opening.watching,
            "looked_seconds": seconds_since(opening.last_looked),
            "changes": self.catalog.recall("changes") or "",
            "articles": self.catalog.counts()[0],
            "failures": failed_count(self.database),
        }

    def articles(self, wish: Wish, page: int) -> dict[str, Any]:
        """A page of the list, from 1."""
        total, rows = listed(self.database, wish, (page - 1) * PAGE, PAGE)
        return {**_paged(total, page), "rows": [self._row(row) for row in rows]}

    def failures(self, text: str, page: int) -> dict[str, Any]:
        """A page of what could not be read, from 1, each with the reason."""
        total, rows = failed(self.database, text, (page - 1) * PAGE, PAGE)
        return {
            **_paged(total, page),
            "rows": [{"path": one.path, "reason": self._reason(one.path, one.reason)} for one in rows],
        }

    def mentions(self, phrase: str, page: int) -> dict[str, Any]:
        """A page of the mentions of a phrase, from 1."""
        return self._mentions.page(self.catalog, self.database, phrase, page)

    def picture(self, width: int) -> dict[str, Any]:
        """The chart and its legend; without colours until the accounts are known."""
        changes = self.catalog.recall("changes") or ""
        many = self.catalog.counts()[0] > MOST_COLOURED
        accounts, current = (None, True) if many else self._told.now(changes)
        width = width // WIDTHS * WIDTHS
        key = changes, width, current
        if key not in self._pictures:
            made = _picture(self.database, accounts or (), width)
            made |= {"coloured": accounts is not None, "current": current, "accounts": _witnesses(made, accounts)}
            if not current:
                return made
            self._pictures = {**dict(list(self._pictures.items())[1 - PICTURES :]), key: made}
        return self._pictures[key]

    def progress(self, names: Sequence[str]) -> dict[str, Any]:
        """How far files that were added have come: how many are read, which could not be, how many wait."""
        read = states(self.database, names)
        wrong = [{"name": name, "reason": self._reason(name, reason)} for name, reason in read.items() if reason]
        return {
            "indexed": len(read) - len(wrong),
            "failed": sorted(wrong, key=lambda one: one["name"]),
            "waiting": len(set(names)) - len(read),
            "doing": self._opening.doing,
            "problem": self._opening.problem,
        }

    def same_file(self, sha256: str) -> str | None:
        """The path of an article file with these bytes, where it is still there."""
        path = same_file(self.database, sha256)
        return path if path and os.path.exists(self.assistant.settings.folder / path) else None

    def _row(self, row: Listed) -> dict[str, Any]:
        return {
            "path": row.path,
            "title": shortened(row.title, 300) or one_line(row.path),
            "outlet": one_line(row.outlet or ""),
            "published": row.published,
            "date": written_date(row.published) or "",
            "state": _state(self.assistant.settings.folder, row),
        }

    def _reason(self, path: str, reason: str) -> str:
        return self._opening.shown(why_skipped(path, reason))


def seconds_since(moment: datetime | None) -> int | None:
    """Whole seconds since then; 0 where a clock that was set back says that it is yet to come."""
    return None if moment is None else max(0, round((datetime.now(UTC) - moment).total_seconds()))


def _paged(total: int, page: int) -> dict[str, Any]:
    return {"total": total, "page": page, "pages": max(1, -(-total // PAGE))}


def _state(folder: Path, row: Listed) -> str:
    """Whether the index still tells what the file says: "indexed", "changed" or "gone"."""
    try:
        now = (folder / row.file).stat()
    except (OSError, ValueError):
        return "gone"
    same = (row.size, row.mtime_ns) == (now.st_size, max(now.st_mtime_ns, now.st_ctime_ns))
    return "indexed" if same else "changed"


def _picture(database: Database, accounts: Sequence[Group], width: int) -> dict[str, Any]:
    made = draw(dated(database), accounts, width)
    legend = [{"account": one.account, "articles": one.articles, "told": one.told} for one in made.legend]
    return {
        "svg": made.svg,
        "about": made.about,
        "legend": legend,
        "alone": made.alone,
        "dots": made.dots,
    }


def _witnesses(made: dict[str, Any], accounts: Sequence[Group] | None) -> int | None:
    """How many independent accounts there are; None until that is known."""
    known = accounts is not None and (made["legend"] or made["alone"])
    return len(accounts or ()) if known else None
