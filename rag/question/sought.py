"""Questions for those who speak in the articles: "Which officials are quoted?"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.terms import terms

_QUOTED = r"(?:being\s+)?(?:quoted|cited|interviewed|heard)(?:\s+by\s+name)?"
_IN = (
    r"(?:\s+(?:here|in\s+(?:it|them|(?:all\s+)?(?:of\s+)?(?:the|these|this|all|my|those)\s+(?:\w+\s+)?"
    r"(?:articles?|news|stor(?:y|ies)|files?|reports?|texts?|collection|folder|coverage|sources?))))?"
)
_ABOUT = r"(?:\s+(?:about|on|regarding|concerning)\s+(?P<about>.{2,200}?))?"
_IS = r"(?:is|are|was|were|gets|has\s+been|have\s+been)"
_ASKED = re.compile(
    rf"^\W*(?:(?:and|so|please)\s+)*(?:who(?:\s+all|\s+else)?\s+{_IS}"
    rf"|(?:which|what)\s+(?P<role>[\w’' -]{{3,60}}?)\s+{_IS}"
    rf"|(?:list|name|show(?:\s+me)?)\s+(?:all\s+(?:of\s+)?)?(?:the\s+|those\s+)?(?P<role2>[\w’' -]{{3,60}}?)"
    rf"(?:\s+(?:who|that)\s+{_IS})?)"
    rf"\s+{_QUOTED}{_IN}{_ABOUT}{_IN}\s*[?.!]*\s*$",
    re.IGNORECASE,
)
_ANYBODY = frozenset(
    terms("people persons speakers voices sources everyone everybody those names individuals anyone")
)
_NOBODY = frozenset(
    terms("price figure number amount cost statistic study report document paper book law poll survey article source")
)
"""What is quoted and does not speak."""
_ONE = {"men": "man", "women": "woman", "people": "person"}
_PLURAL = re.compile(r"(?<=\w)(?:men|women|people)\Z", re.IGNORECASE)
"""Plurals that no stem undoes ("spokesmen")."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose words are asked for."""

    called: str = ""
    """What they are, in the question's words; empty where anybody will do."""
    about: str = ""
    """What they speak of; empty where anything will do."""


def sought(question: str) -> Sought | None:
    """Who is asked for, where a question asks who is quoted; else None."""
    match = _ASKED.match(question)
    called = (match["role"] or match["role2"] or "") if match else ""
    if match is None or not _NOBODY.isdisjoint(terms(called)[-1:]):
        return None
    called = _PLURAL.sub(lambda match: _ONE[match.group().lower()], called)
    anybody = not _ANYBODY.isdisjoint(terms(called)[-1:])
    return Sought("" if anybody else called, match["about"] or "")
