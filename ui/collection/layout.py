"""Where the picture's dots and bars stand and in which colours, before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor

from index.catalog.listing import Dated
from ui.collection.bins import Bin, bins, padded, ticks
from ui.render import one_line, shortened

COLOURS = 7
"""Accounts with a colour of their own; more could not be told apart."""
OTHERS = COLOURS + 1
TALLEST, SHORTEST = 200.0, 88.0
"""Pixels of the tallest stack, and of a picture without one."""
LARGEST, SMALLEST = 26.0, 7.0
"""Pixels from dot to dot: a target of 24 pixels where there is room, and what can still be told apart."""
SIDE = 14.0
"""Pixels at either side."""
GAP = 26.0
"""Pixels between the dated articles and those without a date."""
FEW = 12
"""Articles of which none is left aside."""
EARLIER, LONGER = 0.15, 3
"""The share of articles that may stand aside as earlier ones, where the whole time is so often that of the rest."""

Group = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One entry of the legend."""

    account: int
    """The number of the class, from 1."""
    articles: int
    told: str
    """What they are: "one account: “The title of its first article”", or "in 3 more accounts"."""


@dataclass(frozen=True, slots=True)
class Column:
    """The articles of one bin, or those without a date, and where they stand."""

    span: Bin | None
    left: float
    width: float
    articles: tuple[Dated, ...]
    lane: str = ""
    """What stands beneath it where it stands beside the axis."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colour of each path, and how many articles its account has."""

    numbers: Mapping[str, int]
    sizes: Mapping[str, int]

    def of(self, path: str) -> int:
        return self.numbers.get(path, 0)


def coloured(articles: Sequence[Dated], accounts: Sequence[Group]) -> tuple[Colours, tuple[Key, ...], int]:
    """Colours for the largest accounts; of equal ones, for the earliest."""
    held = {one.path: one for one in articles}
    groups = [tuple(path for path in group if path in held) for group in accounts]
    shared = sorted((group for group in groups if len(group) > 1), key=lambda group: (-len(group), group))
    numbers = {path: min(n, OTHERS) for n, group in enumerate(shared, 1) for path in group}
    sizes = {path: len(group) for group in shared for path in group}
    own, others = shared[:COLOURS], shared[COLOURS:]
    keys = [
        Key(n, len(group), f"one account: “{title(_earliest(held, group), 90)}”") for n, group in enumerate(own, 1)
    ]
    if others:
        more = f"in {len(others):,} more account{'s' * (len(others) > 1)}"
        keys.append(Key(OTHERS, sum(map(len, others)), more))
    return Colours(numbers, sizes), tuple(keys), len(held) - len(numbers)


def _earliest(held: Mapping[str, Dated], group: Group) -> Dated:
    return min((held[path] for path in group), key=lambda one: (one.published or "9999", one.path))


def columns_of(
    articles: Sequence[Dated], colours: Colours, width: int
) -> tuple[list[Column], list[tuple[int, str, str]]]:
    """A column for the few much earlier articles, one for each bin of the others, one for those without a date; and
    which of the bins are labelled."""
    days = {one.path: day for one in articles if (day := day_of(one.published))}
    begin = _main_part(sorted(days.values()))
    undated = [one for one in articles if one.path not in days]
    earlier = [one for one in articles if one.path in days and begin and days[one.path] < begin]
    main = [one for one in articles if one.path in days and not (begin and days[one.path] < begin)]
    left, right = SIDE, width - SIDE
    columns: list[Column] = []
    if earlier and begin:
        wide = _lane(len(earlier), right - left)
        span = Bin(min(days.values()), begin - timedelta(days=1), "era")
        columns.append(Column(span, left, wide, _stacked(earlier, colours), "earlier"))
        left += wide + GAP
    lane = _lane(len(undated), right - left) if main else right - left
    if not main:
        return [*columns, *([Column(None, left, lane, _stacked(undated, colours), "no date")] if undated else [])], []
    room = right - left - (lane + GAP if undated else 0)
    shown = [days[one.path] for one in main]
    spans = padded(bins(min(shown), max(shown), room))
    held = _sorted_into(spans, main, days, colours)
    each = room / len(spans)
    columns += [Column(span, left + n * each, each, held[n]) for n, span in enumerate(spans)]
    if undated:
        columns.append(Column(None, right - lane, lane, _stacked(undated, colours), "no date"))
    return columns, ticks(spans, room)


def _main_part(days: Sequence[date]) -> date | None:
    """Where the days begin that the axis is for, if a few far earlier ones would leave most of it empty."""
    whole = (days[-1] - days[0]).days if len(days) >= FEW else 0
    first = days[1 : int(len(days) * EARLIER) + 1]
    return next((day for day in first if LONGER * ((days[-1] - day).days + 1) < whole), None)


def _lane(count: int, room: float) -> float:
    """The width of a column beside the axis."""
    return min(room / 3, max(64.0, 12.0 * ceil(count / 14)))


def _stacked(articles: Sequence[Dated], colours: Colours) -> tuple[Dated, ...]:
    return tuple(sorted(articles, key=lambda one: _order(one, colours)))


def _sorted_into(
    spans: Sequence[Bin], articles: Sequence[Dated], days: Mapping[str, date], colours: Colours
) -> list[tuple[Dated, ...]]:
    """The articles of each bin, those of one account beside each other."""
    held: list[list[Dated]] = [[] for _ in spans]
    number = 0
    for one in sorted(articles, key=lambda one: days[one.path]):
        while days[one.path] > spans[number].last:
            number += 1
        held[number].append(one)
    return [_stacked(part, colours) for part in held]


def _order(one: Dated, colours: Colours) -> tuple[int, str, str]:
    """Shared accounts at the foot of a stack, the largest first."""
    return (colours.of(one.path) or OTHERS + 1, one.published or "", one.path)


def dot_step(columns: Sequence[Column]) -> float | None:
    """Pixels from dot to dot, the most with which every column holds its dots; None where they would be too small."""
    step = LARGEST
    while step >= SMALLEST:
        if all(_fits(len(column.articles), column.width, step) for column in columns):
            return step
        step -= 0.5
    return None


def _fits(count: int, width: float, step: float) -> bool:
    return ceil(count / floor(TALLEST / step)) * step <= max(width, step)


def rows(count: int, width: float, step: float) -> int:
    """How many dots stand above each other: as few as the column's width allows once they cannot be one stack."""
    abreast = ceil(count / floor(TALLEST / step))
    return ceil(count / max(abreast, 1))


def title(one: Dated, longest: int) -> str:
    return shortened(one.title, longest) or one_line(one.path)


def day_of(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published or "")
    except ValueError:
        return None
