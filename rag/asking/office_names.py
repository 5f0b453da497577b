"""What offices are called, and offices that a question writes with capitals: "the Prime Minister", "the CEO"."""

from __future__ import annotations

import re

CAPITAL = (
    "ministers?|secretar(?:y|ies)|presidents?|premiers?|advis[eo]rs?|spokes(?:m[ae]n|woman|person)|governors?|chiefs?|"
    "directors?|commissioner|ambassadors?|commanders?|chair(?:man|woman|person)?|mayors?|chief executive|ceo"
)
"""Offices that are written with capitals as often as without."""
OFFICE = f"{CAPITAL}|general|founders?|publisher|editor|coach|captain|manager|owner|leaders?|head|boss"
FIELD = (
    "prime|foreign|defen[cs]e|interior|home|finance|economy|economic|health|justice|education|trade|commerce|oil|energy|"
    "labou?r|environment|climate|culture|transport|transportation|agriculture|industry|housing|homeland|security|"
    "national|treasury|press|police|fire|intelligence|army|navy|state|vice|deputy|assistant|attorney|surgeon"
)
"""What an office is the office of, or that it is the second one."""
_GAP = r"[\s-]"
_IN_CAPITALS = re.compile(
    rf"\b(?:(?:{FIELD}){_GAP})*(?:{CAPITAL}|(?<=attorney )general|(?<=surgeon )general)\b"
    rf"(?:{_GAP}(?:of|for){_GAP}(?:the{_GAP})?(?:{FIELD})\b)?(?!\s(?-i:[A-Z]))",
    re.IGNORECASE,
)
"""Not in front of a name: President Biden is one."""


def lowered(text: str) -> str:
    """The text with its offices in small letters, each character in its place: they name nobody."""
    return _IN_CAPITALS.sub(lambda match: match[0].lower() if match[0].isascii() else match[0], text)
