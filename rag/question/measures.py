"""Questions whose answer is a number with a unit of its own, and such numbers in a sentence: "how far", 50 miles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Measure = Literal["length", "speed", "weight", "temperature", "duration", "strength", "population", "score"]

_FIGURE = (
    r"(?:\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|several|"
    r"dozens of|hundreds of|thousands of|millions of|a (?:couple of|few|dozen|half)|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?))"
)
_SCALED = rf"{_FIGURE}(?:[\s-](?:hundred|thousand|million|billion|and a half|more))*[\s-]?"
_LENGTH = (
    r"(?:(?:square|nautical|cubic)[\s-])?(?:kilomet(?:er|re)s?|km|miles?|(?:centi|milli)?met(?:er|re)s?|cm|mm|feet|foot|ft|"
    r"inch(?:es)?|yards?|light[\s-]years?|blocks?|stor(?:ey|ie|y)s?)\b"
)
_PERIOD = r"(?:second|minute|hour|day|night|week|weekend|month|year|decade|centur)(?:s|y|ies)?\b"
_SHARE = r"\b\d[\d.,]*(?:\s?%|[\s-]per\s?cent\b)"
_EVENT = (
    r"(?:(?:earth)?quakes?|tremors?|temblors?|aftershocks?|hurricanes?|storms?|typhoons?|cyclones?|tornado(?:e?s)?)"
)
_SPEED = (
    rf"{_SCALED}(?:mph|kph|km/h|knots?|(?:miles?|{_LENGTH})\s(?:per|an?)\s(?:hour|second|minute))|\bMach\s\d[\d.]*"
)
_A = r"\b(?:half )?an?\s"

_LENGTHS = re.compile(rf"(?:{_SCALED}|{_A}){_LENGTH}", re.IGNORECASE)
_SPEEDS = re.compile(rf"{_SPEED}|{_SHARE}", re.IGNORECASE)
"""How fast something moves or grows."""
_WEIGHT = r"(?:(?:metric )?tons?|tonnes?|kilo(?:gram(?:me)?)?s?|kg|pounds?|lbs?|ounces?|oz|(?:milli)?gram(?:me)?s?)\b"
_WEIGHTS = re.compile(rf"{_SCALED}{_WEIGHT}", re.IGNORECASE)
UNIT_BEHIND = re.compile(rf"[\s-](?:{_LENGTH}|{_WEIGHT}|degrees?\b|mph\b)", re.IGNORECASE)
"""Behind a number: its unit."""
_TEMPERATURES = re.compile(
    rf"(?:minus\s)?-?{_SCALED}(?:°\s?[CF]?|º\s?[CF]?|[\s-]?degrees?(?:\s(?:Celsius|Fahrenheit|[CF]\b))?|\s?[CF]\b)",
    re.IGNORECASE,
)
_DURATIONS = re.compile(
    rf"(?:{_SCALED}(?:\w+[\s-])?|{_A}){_PERIOD}(?: and a half)?|{_SCALED}{_LENGTH}"
    r"|\b(?:since|until|till|through|from)\s(?:[\w.,]+\s){0,3}?(?:\d{4}|\w+day\b|[A-Z][a-z]{2,8}\.?\s\d{1,2}\b|then|now"
    r"|today)"
    r"|\b(?:indefinitely|forever|permanently|overnight|all (?:day|night|week|month|year))\b"
)
"""How long something lasts, or is."""
_STRENGTHS = re.compile(
    rf"\b\d(?:\.\d+)?[\s-]magnitude\b|\bmagnitude[\s-](?:of[\s-])?(?:an?\s)?\d(?:\.\d+)?"
    r"|\bcategory\s(?:\d|one|two|three|four|five)\b"
    rf"|\b\d(?:\.\d+)?\son the Richter\b|{_SPEED}",
    re.IGNORECASE,
)
"""How strong an earthquake or a storm is."""
_MANY = (
    r"(?:\d[\d.,]*(?:\s(?:hundred|thousand|million|billion))?(?!\w|\s?%|\sper\s?cent)"
    r"|\b(?:an?|half an?|one|two|three|four|five|six|seven|eight|nine|ten)\s(?:hundred|thousand|million|billion)\b)"
)
_POPULATIONS = re.compile(
    rf"(?<=\bpopulation)(?:,? \w+){{0,5}}? (?P<told>{_MANY})|{_MANY}\spopulation\b"
    rf"|{_MANY}\s(?:\w+\s)?(?:inhabitants|residents|citizens)\b|{_MANY}\speople\s(?:live|reside|call)\b"
    rf"|(?<=\bhome to )(?:\w+\s){{0,3}}?{_MANY}\speople\b",
    re.IGNORECASE,
)
"""How many live somewhere."""

_SCORES = re.compile(
    r"\b\d{1,3}\s?[-–]\s?\d{1,3}\b(?![-–%]|\s?percent)(?:,?\s(?:and\s)?\d{1,2}[-–]\d{1,2}\b)*"
    r"|(?<=\bscored )\d[\d.]*\d|(?<=\bscore of )\d[\d.]*\d"
    r"|\b\d+(?:\.\d+)?(?=\sscore\b)|\b\d+(?:\.\d+)?(?:\sout of\s\d+|\spoints?\b)",
    re.IGNORECASE,
)
"""How a game ended, or what a judge gave."""

_FOUND: dict[Measure, re.Pattern[str]] = {
    "length": _LENGTHS,
    "speed": _SPEEDS,
    "weight": _WEIGHTS,
    "temperature": _TEMPERATURES,
    "duration": _DURATIONS,
    "strength": _STRENGTHS,
    "population": _POPULATIONS,
    "score": _SCORES,
}

_IS = r"(?:is|was|are|were)"
ASKED: tuple[tuple[Measure, str], ...] = (
    ("strength", rf"\bhow (?:strong|powerful|big|large|severe|violent)\b.*\b{_EVENT}\b"),
    ("strength", r"\b(?:what|which) .*\bmagnitude\b"),
    ("weight", rf"\bhow heavy\b|\bhow much .*\bweigh(?:s|ed|ing)?\b|\bwhat {_IS} the weight\b"),
    ("temperature", rf"\bhow (?:hot|cold|warm|cool)\b|\bwhat (?:{_IS}|will be) the (?:[\w-]+ )?temperatures?\b"),
    (
        "duration",
        r"\bhow (?:fast|quickly)\b.*\b(?:built|done|finish|finished|respond|react|act|recover|arrive|get)\b",
    ),
    ("speed", rf"\bhow fast\b|\bwhat (?:{_IS} the )?(?:[\w-]+ )?speeds?\b"),
    ("length", r"\bhow (?:tall|wide|deep)\b(?!.*\b(?:cuts?|margin|gap|divide|divisions?|recession)\b)"),
    (
        "length",
        rf"\bhow far (?:away|from|apart|inland|off|out|up|{_IS}|(?:do|does|did|can|could|will|would) .*"
        r"\b(?:travel|fly|run|walk|swim|drive|fall|reach|extend|stretch|spread|drift|sail|throw)\b)",
    ),
    ("length", rf"\bwhat {_IS} the (?:[\w-]+ )?(?:height|length|width|depth|distance|altitude|elevation)\b"),
    (
        "population",
        rf"\bwhat {_IS} (?:the |[\w’']+['’]s? )(?:[\w-]+ )?population\b|\bhow (?:large|big) {_IS} .*\bpopulation\b",
    ),
    ("score", r"\b(?:what|which) (?:(?:is|was|were) the )?(?:[\w-]+ ){0,2}scores?\b"),
    ("duration", r"\bhow long\b(?! ago\b)"),
)
"""Kinds of questions and how they are asked, the first that fits."""


def measured(measure: Measure, text: str) -> Iterator[tuple[int, int]]:
    """Where in a text there are such measures, with their units, in order."""
    return (
        match.span("told" if match.re is _POPULATIONS and match["told"] else 0)
        for match in _FOUND[measure].finditer(text)
    )
