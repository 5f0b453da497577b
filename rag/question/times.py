"""Words for days, read against a given day: "yesterday", "two weeks ago", "10 December", "since last July".

Days go in pairs, first and last, both included. Units of the calendar are meant whole: "last week" is the Monday to
Sunday before this week's, "two months ago" that whole month. A date without its year is the nearest that does not
lie after the given day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date, date]
Limits = tuple[date | None, date | None]
"""First and last day of a period; None where it is open."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_NUMBER = rf"(?:\d{{1,3}}|an?|a\s+couple\s+of|{'|'.join(_NUMBERS)})"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b(?![.,]\d)"
_YEAR = r"(?:1[6-9]|20|21)\d\d\b(?![.,]?\d)"


def days(phrase: str, today: date | None) -> Days | None:
    """The days of a date, month, year or relative phrase; None where `today` is needed and not known."""
    return _read(" ".join(phrase.split()), today, _ABSOLUTE + _RELATIVE)


def period(phrase: str, today: date | None) -> Limits | None:
    """The limits that a phrase such as "since 10 December" or "between May and July 2021" sets, else None."""
    match = _PERIOD.fullmatch(" ".join(phrase.split()))
    if match is None:
        return None
    if match["last"]:
        last = days(match["last"], today)
        first = _first(match["first"], last)
        return (first, last[1]) if last and first and first <= last[1] else None
    found = days(match["point"], today)
    word = (match["word"] or "in").lower().split()[0]
    if found is None:
        return None
    if word == "since" or match["on"]:
        return found[0], None
    if word in ("after", "later"):
        return found[1] + timedelta(1), None
    if word in ("before", "earlier", "prior"):
        return None, found[0] - timedelta(1)
    return (None, found[1]) if word in ("until", "till", "up", "through", "no", "not") else found


def _first(phrase: str, last: Days | None) -> date | None:
    """The first day of "between 10 and …": a bare day is of the same month as the last."""
    if last is None:
        return None
    if bare := re.fullmatch(_DAY, phrase):
        return _calendar(last[1].year, last[1].month, int(re.sub(r"\D", "", bare.group())))
    found = days(phrase, last[1])
    return found[0] if found else None


_Reader = Callable[[re.Match[str], date | None], Days | None]


def _read(phrase: str, today: date | None, forms: tuple[tuple[str, _Reader], ...]) -> Days | None:
    for source, reader in forms:
        match = re.fullmatch(source, phrase, re.IGNORECASE)
        if match:
            try:
                return reader(match, today)
            except (OverflowError, ValueError):  # before the year 1, or 29 February
                return None
    return None


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(match: re.Match[str], today: date | None) -> Days | None:
    day = int(re.sub(r"\D", "", match["d"]))
    month = int(match["m"]) if match["m"].isdigit() else _month_number(match["m"])
    if match["y"]:
        found = _calendar(int(match["y"]), month, day)
    elif today:
        tried = (_calendar(today.year - back, month, day) for back in range(9))
        found = next((one for one in tried if one and one <= today), None)
    else:
        found = None
    return (found, found) if found else None


def _month(match: re.Match[str], today: date | None) -> Days | None:
    month, which = _month_number(match["m"]), (match["which"] or "").lower()
    if match["y"]:
        year = int(match["y"])
    elif today is None:
        return None
    elif which == "next":
        year = today.year + (month <= today.month)
    else:
        year = today.year - (month > today.month or (which == "last" and month == today.month))
    first, last = whole_month(year, month)
    tenth, twentieth = first + timedelta(9), first + timedelta(19)
    parts = {
        "early": (first, tenth),
        "mid": (tenth + timedelta(1), twentieth),
        "late": (twentieth + timedelta(1), last),
    }
    return parts.get((match["part"] or "").lower(), (first, last))


def _year(match: re.Match[str], _: date | None) -> Days | None:
    year = int(match["y"])
    return date(year, 1, 1), date(year, 12, 31)


def _day_word(match: re.Match[str], today: date | None) -> Days | None:
    words = match.group().lower()
    back = 2 if "before" in words else 1 if words.startswith(("yester", "last")) else -1 if "tomorrow" in words else 0
    return (today - timedelta(back), today - timedelta(back)) if today else None


def _weekday(match: re.Match[str], today: date | None) -> Days | None:
    if today is None:
        return None
    back = (today.weekday() - _WEEKDAYS.index(match["w"][:3].lower())) % 7
    which = (match["which"] or "").lower()
    back = back - 7 if which == "next" else back or 7 * (which == "last")
    return today - timedelta(back), today - timedelta(back)


def _unit(match: re.Match[str], today: date | None) -> Days | None:
    if today is None:
        return None
    steps = {"this": 0, "next": -1}.get(match["which"].lower(), 1)
    first, last = _whole(today, match["unit"], steps)
    part = (match["part"] or "").lower()
    if not steps and part == "earlier":
        return first, today
    return (today, last) if not steps and part == "later" else (first, last)


def _ago(match: re.Match[str], today: date | None) -> Days | None:
    return _whole(today, match["unit"], _number(match["n"])) if today else None


def _past(match: re.Match[str], today: date | None) -> Days | None:
    if today is None:
        return None
    number, unit = _number(match["n"] or "one"), match["unit"].lower().rstrip("s")
    if unit in ("day", "week"):
        return today - timedelta(number * (7 if unit == "week" else 1)), today
    months = today.year * 12 + today.month - 1 - number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1])), today


def _whole(today: date, unit: str, back: int) -> Days:
    """The day, week, month or year that lies so many before today's."""
    unit = unit.lower().rstrip("s")
    if unit == "day":
        return today - timedelta(back), today - timedelta(back)
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * back)
        return monday, monday + timedelta(6)
    if unit == "year":
        return date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return whole_month(year, month + 1)


def whole_month(year: int, month: int) -> Days:
    """The first and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _month_number(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _number(word: str) -> int:
    word = word.lower()
    if word.isdigit():
        return int(word)
    return 2 if word.endswith("of") else _NUMBERS.index(word) + 1 if word in _NUMBERS else 1


_ABSOLUTE: tuple[tuple[str, _Reader], ...] = (
    (r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b", _dated),
    (rf"(?:the\s+)?(?P<d>{_DAY})\s+(?:of\s+)?(?P<m>{_MONTH})(?:,?\s+(?P<y>{_YEAR}))?", _dated),
    (rf"(?P<m>{_MONTH})\s+(?P<d>{_DAY})(?:,?\s+(?P<y>{_YEAR}))?", _dated),
    (
        rf"(?:(?P<part>early|mid|late)[\s-]+)?(?:(?P<which>last|this|next)\s+)?(?P<m>{_MONTH})"
        rf"(?:,?\s+(?:of\s+)?(?P<y>{_YEAR}))?",
        _month,
    ),
    (rf"(?:the\s+year\s+)?(?P<y>{_YEAR})", _year),
)
_RELATIVE: tuple[tuple[str, _Reader], ...] = (
    (
        r"(?:today|tonight|yesterday|tomorrow|last\s+night|the\s+day\s+before\s+yesterday"
        r"|(?:this|yesterday|tomorrow)\s+(?:morning|afternoon|evening))\b",
        _day_word,
    ),
    (
        rf"(?:(?P<which>last|this|next)\s+)?(?P<w>{_WEEKDAY})\b(?:\s+(?:morning|afternoon|evening|night)\b)?",
        _weekday,
    ),
    (
        r"(?:(?P<part>earlier|later)\s+)?(?P<which>this|last|next|the\s+previous)\s+(?P<unit>week|month|year)\b",
        _unit,
    ),
    (rf"(?P<n>{_NUMBER})\s+(?P<unit>day|week|month|year)s?\s+ago\b", _ago),
    (rf"(?:the\s+)?(?:last|past)\s+(?P<n>{_NUMBER})\s+(?P<unit>day|week|month|year)s?\b", _past),
    (r"the\s+(?:last|past)\s+(?P<n>)(?P<unit>day|week|month|year)\b", _past),
)
# A month that is said to be the last one is as relative as a week.
_RELATIVE += ((rf"(?P<part>)(?P<which>last|next)\s+(?P<m>{_MONTH})(?P<y>)", _month),)


def _unnamed(*sources: str) -> str:
    """Patterns as one, to be searched for inside others."""
    return f"(?:{'|'.join(re.sub(r'[?]P<[a-z_]+>', '?:', source) for source in sources)})"


POINT = _unnamed(*(source for source, _ in (*_ABSOLUTE, *_RELATIVE)))
"""Finds what `days` reads."""
BARE = _unnamed(*(source for source, _ in _RELATIVE))
_LIMIT = (
    r"since|after|later\s+than|before|earlier\s+than|prior\s+to|until|till|up\s+to|through|no[t]?\s+later\s+than"
    r"|in|on|from|of|for|during|dated|over|throughout|within"
)
_NAMED_PERIOD = (
    rf"(?:between|from)\s+(?P<first>{POINT}|{_DAY})\s+(?:and|to|until|till|through)\s+(?P<last>{POINT})"
    rf"|(?:(?P<word>{_LIMIT})\s+)?(?P<point>{POINT})(?P<on>\s+on(?:wards?)?\b)?"
)
_PERIOD = re.compile(_NAMED_PERIOD, re.IGNORECASE)
PERIOD = _unnamed(_NAMED_PERIOD)
"""Finds what `period` reads."""
