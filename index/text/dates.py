"""Dates as articles print them, read only where they are complete: nothing is filled in from today."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\b"
_DATE = (
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
    rf"(?P<date>\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}|{_MONTH}\s+{_DAY},?\s+\d{{4}}\b"
    rf"|{_DAY}\s+{_MONTH},?\s+\d{{4}}\b"
    rf"|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b)"
)
_LABEL = (
    r"(?P<label>(?:originally |first |last )?(?:pub(?:lication)? ?date|date|published|posted|updated"
    r"|modified|issued)"
    r"(?: (?:on|at))?\s*[:\-–—]?\s*)"
)
_TIME = (
    r"(?:(?:\s*[,|·•–—-]?\s*|T)(?:at\s+)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:Z|[+-]\d{2}:?\d{2}|\(?[A-Z]{1,4}T\)?|UTC)?)?"
)
DATE = re.compile(_DATE, re.IGNORECASE)
DATE_LINE = re.compile(
    rf"{_LABEL}?{_DATE}{_TIME}(?P<more>\W*(?:updated|modified|posted|\d+ min)\b.{{0,60}})?\W*\Z", re.I
)
DATED_FIRST_LINE = re.compile(rf"{_LABEL}?{_DATE}{_TIME}(?P<mark>\s*[:|,–—-])?(?:\s+|\Z)", re.IGNORECASE)


def parse_date(printed: str) -> str | None:
    """The ISO date that `printed` contains in full, else None; day and month that could be swapped are None."""
    found = DATE.search(printed)
    if not found:
        return None
    digits = re.fullmatch(r"(\d+)[-/.](\d+)[-/.](\d+)", found["date"])
    if not digits:
        return _iso(_spelled(found["date"]))
    a, b, c = map(int, digits.groups())
    if len(digits[1]) == 4:
        return _iso(_calendar(a, b, c))
    if a == b or a > 12 or b > 12:
        return _iso(_calendar(c, b, a) or _calendar(c, a, b))
    return None


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spelled(printed: str) -> date | None:
    import dateparser  # type: ignore[import-untyped]  # a third of a second, and most articles need no such date

    whole = {"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    parsed: datetime | None = dateparser.parse(printed, languages=["en"], settings=whole)
    return parsed.date() if parsed else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day and 1600 <= day.year <= 2200 else None


def date_of_line(line: str) -> str | None:
    """The ISO date of a line that says nothing else than when the article was published, else None."""
    return parse_date(line) if DATE_LINE.match(line) else None
