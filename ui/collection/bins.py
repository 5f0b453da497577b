"""Dates on an axis: spans of days, months or years, as short as the width allows, and which of them are labelled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "year", "decade", "era"]
NARROWEST = 10.0
"""Pixels of a bin, at least."""
FEWEST = 7
LABEL = 58.0
"""Pixels between two written dates, at least."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "decade")


@dataclass(frozen=True, slots=True)
class Bin:
    """A span of days."""

    first: date
    last: date
    """Included."""
    unit: Unit

    @property
    def name(self) -> str:
        """As a person says it: "9 December 2021", "6–12 December 2021", "December 2021", "2021"."""
        if self.first == self.last:
            return said(self.first)
        if self.unit == "month":
            return f"{self.first:%B} {self.first.year}"
        if self.unit == "year":
            return str(self.first.year)
        return between(self.first, self.last)


def said(day: date) -> str:
    """The day as a newspaper prints it."""
    return f"{day.day} {day:%B} {day.year}"


def between(first: date, last: date) -> str:
    """Two days in as few words as it takes: "9–12 December 2021"."""
    if first == last:
        return said(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{said(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {said(last)}"
    return f"{said(first)} – {said(last)}"


def bins(first: date, last: date, width: float) -> list[Bin]:
    """The spans from the one with `first` to the one with `last`, of the shortest unit that fits `width` pixels."""
    for unit in _UNITS:
        if _count(first, last, unit) * NARROWEST <= width or unit == "decade":
            return list(_spans(first, last, unit))
    raise AssertionError("decades are always taken")


def padded(spans: Sequence[Bin]) -> list[Bin]:
    """The spans, with empty ones on both sides where they are few: a single day shows its week."""
    made = list(spans)
    if made[0].unit != "day":
        return made
    while len(made) < FEWEST and made[0].first > date.min and made[-1].last < date.max:
        before, after = made[0].first - timedelta(days=1), made[-1].last + timedelta(days=1)
        made = [Bin(before, before, "day"), *made, Bin(after, after, "day")]
    return made


def ticks(spans: Sequence[Bin], width: float) -> list[tuple[int, str, str]]:
    """Which bins carry a date: number of the bin, its label, and its year where that is another than before.

    Labels stand on the same days of each month, or months of each year, where the spans allow it.
    """
    most = max(1, int(width / LABEL))
    for every in _steps(spans[0].unit):
        chosen = [number for number, span in enumerate(spans) if _on(span, every)]
        if len(chosen) <= most:
            break
    else:
        chosen = list(range(0, len(spans), -(-len(spans) // most)))
    return list(_labelled(spans, chosen or [0]))


def _labelled(spans: Sequence[Bin], chosen: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    before = None
    for number in chosen:
        day, unit = spans[number].first, spans[number].unit
        year = str(day.year)
        if unit in ("year", "decade"):
            yield number, year, ""
        else:
            label = f"{day:%b}" if unit in ("month", "quarter") else f"{day.day} {day:%b}"
            yield number, label, "" if year == before else year
        before = year


def _count(first: date, last: date, unit: Unit) -> int:
    if unit in ("day", "week"):
        return (last - first).days // (1 if unit == "day" else 7) + 1
    return (12 * (last.year - first.year) + last.month - first.month) // _MONTHS[unit] + 1


def _spans(first: date, last: date, unit: Unit) -> Iterator[Bin]:
    start = _start(first, unit)
    while start <= last:
        after = _next(start, unit)
        yield Bin(start, after - timedelta(days=1) if after else date.max, unit)
        if after is None:
            return
        start = after


def _start(day: date, unit: Unit) -> date:
    if unit == "day":
        return day
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    months = 12 * (day.year - 1) + day.month - 1
    if unit == "decade":
        return date(max(1, day.year // 10 * 10), 1, 1)
    return _month(months // _MONTHS[unit] * _MONTHS[unit])


def _next(start: date, unit: Unit) -> date | None:
    """None where the calendar ends."""
    try:
        if unit in ("day", "week"):
            return start + timedelta(days=1 if unit == "day" else 7)
        if unit == "decade":
            return date(start.year // 10 * 10 + 10, 1, 1)
        return _month(12 * (start.year - 1) + start.month - 1 + _MONTHS[unit])
    except (OverflowError, ValueError):
        return None


def _month(number: int) -> date:
    return date(number // 12 + 1, number % 12 + 1, 1)


def _steps(unit: Unit) -> tuple[tuple[str, int], ...]:
    """What may carry a label, the most labels first."""
    months = (("month", 1), ("month", 3), ("month", 6), ("month", 12))
    years = (("year", 1), ("year", 2), ("year", 5), ("year", 10), ("year", 20), ("year", 50), ("year", 100))
    if unit == "day":
        return (("all", 1), ("weekday", 1), ("month", 1))
    if unit == "week":
        return (("all", 1), ("first", 1), ("first", 3))
    return years if unit in ("year", "decade") else (*months, *years)


def _on(span: Bin, step: tuple[str, int]) -> bool:
    kind, every = step
    day = span.first
    if kind == "all":
        return True
    if kind == "weekday":
        return day.weekday() == 0
    if kind == "first":  # the week in which a month begins
        return span.last.day <= 7 and (span.last.month - 1) % every == 0
    if kind == "month":
        return day.day == 1 and (day.month - 1) % every == 0
    return day.month == 1 and day.year % every == 0
