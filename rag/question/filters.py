"""Which articles a question is answered from: by publication date, outlet and file; and newest or oldest first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

from index.errors import BylineError
from index.search.scope import Limits
from index.text.articles import printable
from rag.question.mentions import named_files, named_outlets
from rag.question.times import whole_month

if TYPE_CHECKING:
    from rag.ranking.evidence import Evidence

__all__ = ["EVERYTHING", "Filter", "FilterError", "Known", "chosen", "notes", "ordered"]

Order = Literal["latest", "first"]
GOOD = 0.9
"""What a sentence must have of the best one's score to go before it for its article's date. At .8 sentences that do
not answer come first (docs/decisions/0012-filters.md)."""
LISTED = 8
"""Outlets or files that a message names."""


class FilterError(BylineError):
    """A date, an outlet or a file that no article can be looked up by."""


class Known(Protocol):
    """What the articles have that a filter can name: `index.search.scope.Scopes`."""

    def outlets(self) -> Sequence[str]:
        """Every outlet, in order."""

    def files(self) -> Sequence[str]:
        """Every file with articles, in order."""

    def newest(self) -> str | None:
        """The ISO date of the newest article."""

    def exists(self, path: str) -> bool:
        """Whether an article or a file of articles has this path."""

    def has_any(self, limits: Limits) -> bool:
        """Whether any article is within limits."""

    def undated(self, limits: Limits) -> int:
        """How many articles are left out for having no date."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Limits on the articles, all of which hold; a filter that limits and orders nothing is false."""

    since: str | None = None
    """ISO date, included; articles without a date are left out."""
    until: str | None = None
    outlets: tuple[str, ...] = ()
    """As the index has them; any of them will do."""
    paths: tuple[str, ...] = ()
    """Of articles, or of files that hold several; any of them will do."""
    order: Order | None = None
    """By date of publication, among the sentences that answer well."""

    def __post_init__(self) -> None:
        """Raises FilterError for a date that is none, and for limits that leave no day."""
        for day in (self.since, self.until):
            if day is not None and _iso(day) != day:
                raise FilterError(f"{printable(day[:40])!r} is no date: write it as 2021-12-09")
        if self.since and self.until and self.since > self.until:
            raise FilterError(f"no day is both since {self.since} and until {self.until}: swap the two")

    def __bool__(self) -> bool:
        return self.limits or self.order is not None

    @property
    def limits(self) -> bool:
        """Whether any article could be left out."""
        return bool(self.since or self.until or self.outlets or self.paths)

    def narrowed(self, other: Filter) -> Filter:
        """Both hold; the other's order counts where it has one. Raises FilterError where nothing can hold both."""
        since = max(filter(None, (self.since, other.since)), default=None)
        until = min(filter(None, (self.until, other.until)), default=None)
        outlets = _both("outlet", self.outlets, other.outlets)
        return Filter(since, until, outlets, _both("file", self.paths, other.paths), other.order or self.order)

    def describe(self) -> str:
        """What is looked at, in words: "Only articles from 10 to 31 December 2020 are looked at."; "" for all."""
        parts = []
        if self.limits:
            outlets = {outlet.casefold().removeprefix("the "): outlet for outlet in reversed(self.outlets)}
            which = _listed(self.paths) or "articles"
            which += f" of {_listed([*outlets.values()][::-1])}" if outlets else ""
            verb = "is" if len(self.paths) == 1 else "are"
            parts.append(f"Only {which}{_when(self.since, self.until)} {verb} looked at.")
        if self.order:
            parts.append(f"The {'newest' if self.order == 'latest' else 'oldest'} articles that answer come first.")
        return " ".join(parts)


EVERYTHING: Filter = Filter()


def chosen(
    known: Known,
    since: str | None = None,
    until: str | None = None,
    outlet: str | Sequence[str] | None = None,
    path: str | Sequence[str] | None = None,
) -> Filter:
    """The filter that a caller's own words choose. A year or a month will do for a date ("2021", "2021-07"), part of
    a name for an outlet ("Times"), a file's own name for its path.

    Raises FilterError for a date that is none, and for an outlet or a file that no article has.
    """
    outlets: list[str] = []
    for name in _each(outlet):
        found = named_outlets(name, known.outlets(), loosely=True)
        if not found:
            raise FilterError(f"no article is of the outlet {printable(name[:80])!r}: {_choice(known.outlets())}")
        outlets += found
    paths: list[str] = []
    for name in _each(path):
        files = (name,) if known.exists(name) else named_files(name, known.files())
        if not files:
            raise FilterError(f"no article is in a file {printable(name[:80])!r}: {_choice(known.files())}")
        paths += files
    return Filter(_bound(since, 0), _bound(until, 1), tuple(dict.fromkeys(outlets)), tuple(dict.fromkeys(paths)))


def notes(known: Known, filter: Filter) -> tuple[str, ...]:
    """What the answer has to say about its filter, in Byline's own words."""
    told = [filter.describe()] if filter else []
    if count := known.undated(filter):
        left_out = "1 article without a date was" if count == 1 else f"{count:,} articles without a date were"
        told.append(f"{left_out} left out.")
    return tuple(told)


def ordered(evidence: Sequence[Evidence], order: Order | None) -> list[Evidence]:
    """The sentences, best first, with those that answer well put in order of publication: the newest or the oldest
    before the others, the better before the worse of one day, undated ones last. The rest follow as they were."""
    if order is None or not evidence:
        return list(evidence)
    least = GOOD * max(one.score for one in evidence)
    good = [one for one in evidence if one.score >= least]
    dated = [one for one in good if one.article.published]
    dated.sort(key=lambda one: one.article.published or "", reverse=order == "latest")
    kept = {id(one) for one in good}
    return [*dated, *(one for one in good if not one.article.published), *(e for e in evidence if id(e) not in kept)]


def _both(what: str, ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    if not ours or not theirs:
        return ours or theirs
    both = tuple(one for one in ours if one in theirs)
    if not both:
        raise FilterError(f"no {what} is both {_listed(ours, 'or')} and {_listed(theirs, 'or')}: choose one")
    return both


def _bound(day: str | None, end: int) -> str | None:
    """The first day that is meant, or the last one."""
    if day is None or not day.strip():
        return None
    day = day.strip()
    if re.fullmatch(r"[0-9]{4}", day):
        day += ("-01-01", "-12-31")[end]
    elif month := re.fullmatch(r"([0-9]{4})-([0-9]{2})", day):
        try:
            day = whole_month(int(month[1]), int(month[2]))[end].isoformat()
        except ValueError:  # there is no thirteenth
            return day
    return day


def _iso(day: str) -> str | None:
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def _each(given: str | Sequence[str] | None) -> Sequence[str]:
    return () if given is None else (given,) if isinstance(given, str) else given


def _choice(names: Sequence[str]) -> str:
    if not names:
        return "no article has one"
    more = f" and {len(names) - LISTED:,} more" if len(names) > LISTED else ""
    return f"there are {', '.join(map(printable, names[:LISTED]))}{more}"


def _listed(names: Sequence[str], word: str = "and") -> str:
    shown = [printable(name) for name in names[:LISTED]]
    if len(names) > LISTED:
        shown.append(f"{len(names) - LISTED:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}" if shown else ""


def _when(since: str | None, until: str | None) -> str:
    """ " from 10 to 31 December 2020"."""
    first, last = (date.fromisoformat(day) if day else None for day in (since, until))
    if first is None or last is None:
        return f" from {_day(first)} on" if first else f" until {_day(last)}" if last else ""
    if (first, last) == (date(first.year, 1, 1), date(first.year, 12, 31)):
        return f" from {first.year}"
    if (first, last) == whole_month(first.year, first.month):
        return f" from {_MONTHS[first.month - 1]} {first.year}"
    if first == last:
        return f" from {_day(first)}"
    shared = 0 if first.year != last.year else 1 if first.month != last.month else 2
    return f" from {' '.join(_day(first).split()[: 3 - shared])} to {_day(last)}"


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
