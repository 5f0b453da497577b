"""Amounts as sentences say them: "about 2,500 U.S. troops", "two and a half thousand", "$1.5 billion", "40%"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text.terms import stem, words
from rag.question.query import FUNCTION_WORDS

ROUNDED, ABOUT = 0.05, 0.12
"""How far a round number may lie from the exact one, as a share of it: by itself, and where it says "about"."""
EXACT_BELOW = 100
"""Smaller numbers are counted, not rounded: 19 and 20 are two values."""


@dataclass(frozen=True, slots=True)
class Number:
    """An amount at `sentence[start:end]`, from `low` to `high`, which are equal unless the sentence says a range."""

    start: int
    end: int
    text: str
    low: float
    high: float
    unit: str = ""
    """"percent", a currency's sign, "age", "score"; empty of things that are counted."""
    counted: tuple[str, ...] = ()
    """Stems of the words behind it, which say what it counts."""
    about: bool = False


_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0}
_SCALES |= {"k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12}
_SMALL = {
    word: float(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "  # noqa: SIM905
        "seventeen eighteen nineteen".split()
    )
} | {
    word: 10.0 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)  # noqa: SIM905
}
_VAGUE = {"dozens": (20, 200), "scores": (30, 200), "hundreds": (100, 3e3), "thousands": (1e3, 5e4)}
_VAGUE |= {"tens of thousands": (1e4, 2e5), "hundreds of thousands": (1e5, 2e6), "millions": (1e6, 5e7)}
_FIGURE = (
    r"(?P<sign>US\$|[$€£¥])?\s?(?<![\w.,:/-])(?P<digits>\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,9})?|\d{1,15}(?:\.\d{1,9})?)"
    r"(?![\d:/]|\w*\d|(?:st|nd|rd|th)\b)(?:(?:\s|-)?(?P<scale>hundred|thousand|million|billion|trillion|dozen|bn|tn"
    r"|[kKmMbB])\b)?"
)
_WORD = "|".join(sorted({*_SMALL, *(s for s in _SCALES if len(s) > 2), "half"}, key=len, reverse=True))
_SPELLED = (
    rf"(?P<spelled>\b(?:(?:half\san?|an?|half)\s(?=(?:{_WORD})\b))?(?:{_WORD})\b"
    rf"(?:(?:\sand\s(?:a\s)?|\s|-)(?:{_WORD})\b){{0,15}})"
)
_VAGUELY = (
    r"\b(?P<vague>tens of thousands|hundreds of thousands|dozens|scores|hundreds|thousands|millions)\b(?= of\b)"
)
_NUMBER = re.compile(rf"{_FIGURE}|{_SPELLED}|{_VAGUELY}", re.IGNORECASE)
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percentage points?\b|pct\b)", re.IGNORECASE)
_CURRENCY = re.compile(
    r"\s(?:U\.?S\.?\s|Canadian\s|Australian\s)?(?P<name>dollars?|euros?|pounds?(?! of)|yen|yuan|rupees?|rubles?"
    r"|roubles?|francs?|pesos?|dinars?|cents?)\b",
    re.IGNORECASE,
)
_SIGNS = {"dollar": "$", "us$": "$", "euro": "€", "pound": "£", "yen": "¥", "rouble": "ruble"}
_AGE_AHEAD = re.compile(r"(?:\bage[ds]?\s(?:of\s)?|[A-Z][\w’'-]+,\s)\Z")
_SCORE = re.compile(r"\b\d{1,3}\s?[-–]\s?\d{1,3}\b(?![-–%]|\s?percent|\d)")
_LABEL = re.compile(
    r"\b(?:caption|photo|title|article|section|level|phase|chapter|page|no\.|number|highway|route|interstate|flight"
    r"|season|episode|type|version|volume|part|room|category|game|round|stage|step|figure|table|gate|unit|channel|formula)\s\Z",
    re.IGNORECASE,
)
"""What is numbered and not counted: "Title 42"."""
_BETWEEN = re.compile(r"\s?(?:-|–|to|and|or)\s?\Z")
_AHEAD = re.compile(
    r"(?P<about>\b(?:about|around|roughly|approximately|some|nearly|almost|close to|an estimated|estimated"
    r"|more or less|just over|just under|as many as|at least|up to|more than|over|above|at most|fewer than"
    r"|less than|under|below|no more than|no fewer than|north of)|[~≈])\s?(?:a\s|the\s|another\s)?\Z",
    re.IGNORECASE,
)
_AND_A_PART = re.compile(
    r"\s(?:years?|months?|weeks?|days?|hours?|feet|pounds?)(?:\sand|,)?\s(?:\d{1,2}|[a-z]{3,6})\s"
    r"(?:months?|weeks?|days?|hours?|minutes?|inches|ounces)\b",
    re.IGNORECASE,
)
"""What makes a whole number of years or feet a little more ("four years and 10 months")."""
_MORE = frozenset(("more than", "over", "at least", "above", "no fewer than", "north of", "just over"))
_LESS = frozenset(("at most", "fewer than", "less than", "under", "below", "up to", "as many as", "no more than"))
_OPEN = 1.25
"""What "more than" a number may be, times the number; of "up to", divided by it."""
_NOT_COUNTED = re.compile(
    r"\s(?:of (?:the|those|these|its|his|her|their|our|my)|another|day\b|thing\b|side\b|way\b)|\Z", re.I
)
_BEHIND = re.compile(r"(?:\s|-)([^\W\d_][\w’'.-]*)")
COUNTED = 4
"""Words behind a number that may say what it counts."""
_STOPS = (FUNCTION_WORDS - {"more", "other"}) | {"every", "each", "per"}


def same_amount(one: Number, other: Number) -> bool:
    """Whether two amounts may be one: equal, one in the range of the other, or a rounding of it."""
    if one.unit != other.unit:
        return True  # 40 percent and 12 people contradict nothing
    if one.unit == "score":
        return one.text == other.text
    if (one.low <= other.low and other.high <= one.high) or (other.low <= one.low and one.high <= other.high):
        return True
    if one.about and other.about and one.low <= other.high and other.low <= one.high:
        return True  # more than 1,000, at least 1,200
    share = ABOUT if one.about or other.about else ROUNDED
    near = _apart(one.low, other.low) <= share and _apart(one.high, other.high) <= share
    exact = max(one.high, other.high) < EXACT_BELOW and not (one.about or other.about)
    return near and (
        _rounds(one.low, other.low) if exact else one.about or other.about or _rounds(one.low, other.low)
    )


def _apart(one: float, other: float) -> float:
    return abs(one - other) / (max(abs(one), abs(other)) or 1.0)


def _rounds(one: float, other: float) -> bool:
    """Whether one of two numbers is the other with fewer digits."""
    if one == int(one) and other == int(other) and max(abs(one), abs(other)) < EXACT_BELOW:
        return one == other
    return any(
        abs(exact - rough) <= _step(rough) / 2 * 1.0001 < _apart_step(exact, rough)
        for exact, rough in ((one, other), (other, one))
    )


def _apart_step(exact: float, rough: float) -> float:
    """Infinity where the exact number has finer digits than the rough one, else nothing."""
    return math.inf if _step(exact) < _step(rough) else -math.inf


def _step(number: float) -> float:
    """The place of the last digit that is no zero: 100 for 2,500, 0.1 for 8.6."""
    digits = f"{abs(number):.15g}"
    if "e" in digits or number == 0:
        return 1.0
    if "." in digits:
        return 10.0 ** -len(digits.split(".")[1])
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


def numbers(text: str) -> Iterator[Number]:
    """Amounts; "between 2,000 and 3,000" and "2,000 to 3,000 people" are one."""
    before: Number | None = None
    for number in filter(None, (_number(match, text) for match in _NUMBER.finditer(text))):
        if before is not None and _is_range(before, number, text):
            span = before.start, number.end
            number = Number(*span, text[slice(*span)], before.low, number.high, number.unit, number.counted)
        elif before is not None:
            yield before
        before = number
    if before is not None:
        yield before


def _is_range(one: Number, other: Number, text: str) -> bool:
    joined = _BETWEEN.fullmatch(text[one.end : other.start])
    if not joined or one.high >= other.low or (one.unit and one.unit != other.unit):
        return False
    word = joined.group().strip()
    return word != "and" or text[: one.start].lower().endswith("between ")


def _number(match: re.Match[str], text: str) -> Number | None:
    start, end = match.span()
    while start < end and text[start].isspace():
        start += 1
    amount = _amount(match)
    if amount is None:
        return None
    low, high = amount
    behind = text[end : end + 60]
    unit = _SIGNS.get((match["sign"] or "").lower(), match["sign"] or "")
    if percent := _PERCENT.match(behind):
        unit, end = "percent", end + percent.end()
    elif currency := _CURRENCY.match(behind):
        name = currency["name"].lower().rstrip("s")
        unit, end = _SIGNS.get(name, name), end + currency.end()
        if name == "cent":
            low, high, unit = low / 100, high / 100, "$"
    elif _is_age(low, behind, text[max(0, start - 40) : start]):
        unit = "age"
    if low == 1.0 and match["spelled"] and not unit and _NOT_COUNTED.match(behind):
        return None
    if match["digits"] and not unit and _LABEL.search(text[max(0, start - 12) : start]):
        return None
    if _AND_A_PART.match(behind):
        high = low + 1
    ahead = _AHEAD.search(text[max(0, start - 25) : start])
    hedge = " ".join(ahead["about"].lower().split()) if ahead else ""
    if hedge in _MORE:
        high = max(high, low * _OPEN)
    elif hedge in _LESS:
        low = min(low, high / _OPEN)
    counted = tuple(_counted(text[end : end + 80])) if unit != "age" else ()
    return Number(start, end, text[start:end], low, high, unit, counted, bool(hedge) or bool(match["vague"]))


def _is_age(amount: float, behind: str, before: str) -> bool:
    if re.match(r"(?:\s|-)years?(?:\s|-)olds?\b", behind, re.IGNORECASE):
        return True
    if amount > 120:
        return False
    return bool(_AGE_AHEAD.search(before)) and (behind.startswith(",") or bool(re.search(r"\bage", before[-12:])))


def _amount(match: re.Match[str]) -> tuple[float, float] | None:
    if vague := match["vague"]:
        low, high = _VAGUE[vague.lower()]
        return float(low), float(high)
    if digits := match["digits"]:
        amount = float(digits.replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
    else:
        spelled = _spelled(match["spelled"])
        if spelled is None:
            return None
        amount = spelled
    amount = float(f"{amount:.12g}")
    return amount, amount


def _spelled(said: str) -> float | None:
    """The number that words say ("two and a half thousand"); None where they say none ("half")."""
    total, current, halves = 0.0, 0.0, 0.0
    seen = False
    for word in re.findall(r"[a-z]+", said.lower()):
        if word in _SMALL:
            current, seen = current + _SMALL[word], True
        elif word == "half":
            halves, seen = 0.5, seen
        elif word in _SCALES:
            base = current + halves if current or halves else 1.0
            halves, seen = 0.0, True
            if word in ("hundred", "dozen"):
                current = base * _SCALES[word]
            else:
                total, current = total + base * _SCALES[word], 0.0
    if not seen:
        return None
    return total + current + halves


def _counted(behind: str) -> Iterator[str]:
    """Stems of the words that say what a number counts."""
    at = 0
    for _ in range(COUNTED):
        match = _BEHIND.match(behind, at)
        if not match:
            return
        parts = words(match[1])
        if not parts or (parts[0].lower() in _STOPS and parts[0] != "US"):
            return
        yield from (stem(part) for part in parts)
        at = match.end()


def scores(text: str) -> Iterator[Number]:
    """ "7-6", a score or a vote."""
    for match in _SCORE.finditer(text):
        said = re.sub(r"\s", "", match.group()).replace("–", "-")
        yield Number(match.start(), match.end(), said, 0.0, 0.0, "score")
