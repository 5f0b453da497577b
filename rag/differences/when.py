"""Dates and times as sentences say them, as ranges of days: "early 2020", "Dec. 31", "last week", "Thursday".

A date without a year stays without one and is compared by month and day only; what is said against the day of
publication ("last month") is read against the article's own date, and means any day where it has none.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_PART = (
    r"(?:(?P<part>[Ee]arly|[Ll]ate|[Mm]id|[Ll]ater|[Ee]arlier|[Tt]he (?:start|beginning|middle|end) of|[Ee]nd of)"
    r"(?:[\s-]in)?[\s-])?"
)
_YEAR = r"(?:1[5-9]|20)\d\d"
_COUNTS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)  # noqa: SIM905
} | {"a": 1, "an": 1}
_WHEN = re.compile(
    r"\b(?=[\dADFJLMNOSTWYEaeflmnosty])(?:"
    rf"(?P<iso>{_YEAR}-\d\d-\d\d\b)"
    rf"|(?P<m1>{_MONTH})(?<=[\w.])\s(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?:(?:,\s|\s)(?P<y1>{_YEAR})\b)?"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<m2>{_MONTH})(?:,?\s(?P<y2>{_YEAR})\b|(?!\w))"
    rf"|{_PART}(?P<m3>{_MONTH}),?\s(?:of\s)?(?P<y3>{_YEAR})\b"
    rf"|{_PART.replace('part', 'part4')}(?<=[\s-])(?P<m4>{_MONTH})(?!\w)"
    rf"|{_PART.replace('part', 'part5')}(?P<y5>{_YEAR})\b(?![,.]\d|-\d)"
    rf"|(?P<decade>(?:1[5-9]|20)\d0)s\b"
    r"|(?P<day>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
    r"|(?P<near>[Tt]oday|[Yy]esterday|[Tt]omorrow|[Tt]onight)\b"
    rf"|{_PART.replace('part', 'part6')}(?P<which>[Tt]his|[Ll]ast|[Nn]ext|the)\s(?P<unit>week|month|year)\b"
    r"|(?P<count>\d{1,3}|[Aa]n?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|"
    r"[Ee]leven|[Tt]welve)\s(?P<span>day|week|month|year)s?\sago\b)"
)
"""The letters in front are those that dates begin with: the alternatives are not tried where they must all fail."""
_AMOUNT = re.compile(
    r"\s?(?:%|percent|people|dollars|euros|pounds|miles|feet|metres|meters|tons|points|men|women|troops)\b"
)
LOOSE_YEAR, LOOSE_MONTH = 31, 4
"""Days that "early", "mid" and "late" may miss the borders of their third of a year or a month by."""


@dataclass(frozen=True, slots=True)
class When:
    """A date at `sentence[start:end]`: the days from `low` to `high`, as ordinals of `datetime.date`."""

    start: int
    end: int
    text: str
    low: int = 0
    """0 where it cannot be told which days are meant."""
    high: int = 0
    yearless: bool = False
    """The days are those of the leap year 2000: the sentence does not say which year."""
    weekday: int | None = None
    """0 for Monday, where nothing but the day of the week is said."""
    loose: int = 0
    """Days by which the borders may be off."""


def dates(text: str, published: str | None = None) -> list[When]:
    """The dates that a sentence of an article published on that ISO date says, in order."""
    today = _iso(published) if published else None
    found = (_read(match, text, today) for match in _WHEN.finditer(text))
    return [when for when in found if when is not None]


def same_days(one: When, other: When) -> bool:
    """Whether two dates may mean the same days: equal, or one more precise than the other."""
    if not (one.low or one.weekday is not None) or not (other.low or other.weekday is not None):
        return True
    if one.weekday is not None or other.weekday is not None:
        return _same_weekday(one, other)
    if one.yearless or other.yearless:
        one, other = _without_year(one), _without_year(other)
    loose = 0 if one.loose > 1 and other.loose > 1 else max(one.loose, other.loose)
    return _within(one, other, loose) or _within(other, one, loose)


def _within(inner: When, outer: When, loose: int) -> bool:
    return outer.low - loose <= inner.low and inner.high <= outer.high + loose


def _same_weekday(one: When, other: When) -> bool:
    if one.weekday is not None and other.weekday is not None:
        return one.weekday == other.weekday
    weekday, day = (one.weekday, other) if one.weekday is not None else (other.weekday, one)
    if day.low != day.high or day.yearless or day.loose:
        return True
    return date.fromordinal(day.low).weekday() == weekday


def _without_year(when: When) -> When:
    """The same days of the year 2000; the whole year where it spans one."""
    if when.yearless:
        return when
    first, last = date.fromordinal(when.low), date.fromordinal(when.high)
    if first.year != last.year:
        first, last = date(2000, 1, 1), date(2000, 12, 31)
    low, high = first.replace(year=2000).toordinal(), last.replace(year=2000).toordinal()
    return When(when.start, when.end, when.text, low, high, True, loose=when.loose)


def _read(match: re.Match[str], text: str, today: date | None) -> When | None:
    start, end, said = match.start(), match.end(), match.group()
    get = match.groupdict().get
    if get("day"):
        return When(start, end, said, weekday=_DAYS.index(said.lower()))
    if get("near") or get("which") or get("count"):
        return _relative(match, today)
    if iso := get("iso"):
        day = _iso(iso)
        return When(start, end, said, day.toordinal(), day.toordinal()) if day else None
    if get("y5") and not get("part5") and not _is_year(text, start, end):
        return None
    if decade := get("decade"):
        return When(start, end, said, _first(int(decade)), _first(int(decade) + 10) - 1)
    year = next((int(y) for y in (get("y1"), get("y2"), get("y3"), get("y5")) if y), None)
    month = next((_month(m) for m in (get("m1"), get("m2"), get("m3"), get("m4")) if m), 0)
    if get("m4") and said == "May" and not re.search(r"\b(?:in|since|by|of|until|last|this|next) \Z", text[:start]):
        return None
    day_text = get("d1") or get("d2")
    part = (get("part") or get("part4") or get("part5") or "").lower()
    days = _days(year or 2000, month, int(day_text) if day_text else 0, part)
    if days is None:
        return None
    loose = (LOOSE_MONTH if month else LOOSE_YEAR) if part else 0
    return When(start, end, said, *days, yearless=year is None, loose=loose)


def _is_year(text: str, start: int, end: int) -> bool:
    """Whether four digits are a year: numbers of things are printed with a comma."""
    return text[max(0, start - 1) : start] not in ("$", "€", "£", "#") and not _AMOUNT.match(text[end : end + 10])


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _first(year: int) -> int:
    return date(year, 1, 1).toordinal()


def _days(year: int, month: int, day: int, part: str) -> tuple[int, int] | None:
    """First and last day as ordinals; None where there is no such day."""
    if day:
        try:
            return (date(year, month, day).toordinal(),) * 2
        except ValueError:
            return None
    if month:
        last = calendar.monthrange(year, month)[1]
        first = date(year, month, 1).toordinal()
        return _third(part, first, first + last - 1)
    return _third(part, _first(year), _first(year + 1) - 1)


def _third(part: str, low: int, high: int) -> tuple[int, int]:
    third = (high - low + 1) // 3
    if part.startswith(("early", "the start", "the beginning")):
        return low, low + third - 1
    if part.startswith(("mid", "the middle")):
        return low + third, high - third
    if part.startswith(("late", "the end", "end")) and part != "later":
        return high - third + 1, high
    return low, high


def _relative(match: re.Match[str], today: date | None) -> When:
    start, end, said = match.start(), match.end(), match.group()
    if today is None or match["which"] == "the":
        return When(start, end, said)
    try:
        low, high, loose = _against(match, today)
    except (ValueError, OverflowError):
        return When(start, end, said)
    return When(start, end, said, low.toordinal(), high.toordinal(), loose=loose)


def _against(match: re.Match[str], today: date) -> tuple[date, date, int]:
    """First and last day, and by how many days they may be off."""
    if near := match["near"]:
        day = today + timedelta({"yesterday": -1, "tomorrow": 1}.get(near.lower(), 0))
        return day, day, 1
    if match["which"]:
        steps = {"this": 0, "last": -1, "next": 1}[match["which"].lower()]
        return (*_period(today, match["unit"], steps), 6 if match["unit"] == "week" else 0)
    count = match["count"].lower()
    number = int(count) if count.isdigit() else _COUNTS[count]
    size = {"day": 1, "week": 7, "month": 30.4, "year": 365.25}[match["span"]]
    day = today - timedelta(days=round(number * size))
    return day, day, max(1, round(size / 2 + number * size / 10))


def _period(today: date, unit: str, steps: int) -> tuple[date, date]:
    if unit == "week":
        first = today - timedelta(days=today.weekday() - 7 * steps)
        return first, first + timedelta(days=6)
    if unit == "year":
        return date(today.year + steps, 1, 1), date(today.year + steps, 12, 31)
    month = today.year * 12 + today.month - 1 + steps
    year, month = month // 12, month % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
