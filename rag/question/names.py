"""Whether a name stands in a text under any of its usual forms: for what is compared between articles."""

from __future__ import annotations

from functools import lru_cache

from index.text.terms import terms

_FORMS = (
    ("US", "USA", "America", "American", "Americans", "United States"),
    ("UK", "Britain", "British", "Britons", "United Kingdom"),
    ("EU", "European", "Europe", "European Union"),
    ("UN", "United Nations"),
    ("IS", "ISIS", "ISIL", "Daesh", "Islamic State"),
    ("France", "French"),
    ("Germany", "German", "Germans"),
    ("Netherlands", "Dutch", "Holland"),
    ("Spain", "Spanish", "Spaniards"),
    ("Poland", "Polish", "Poles"),
    ("Turkey", "Turkish", "Turks"),
    ("Greece", "Greek", "Greeks"),
    ("Denmark", "Danish", "Danes"),
    ("Sweden", "Swedish", "Swedes"),
    ("Switzerland", "Swiss"),
    ("Wales", "Welsh"),
    ("Ireland", "Irish"),
    ("China", "Chinese"),
    ("Philippines", "Filipino", "Philippine"),
)
"""Names of several forms, and countries whose people are not called by a longer form of the country's own name."""
_GOVERNMENTS = (
    ("US", "Washington", "White House"),
    ("UK", "London", "Downing Street"),
    ("EU", "Brussels"),
    ("France", "Paris"),
    ("Germany", "Berlin"),
    ("Russia", "Moscow", "Kremlin"),
    ("China", "Beijing"),
    ("Japan", "Tokyo"),
    ("India", "New Delhi", "Delhi"),
    ("Iran", "Tehran"),
    ("Iraq", "Baghdad"),
    ("Ukraine", "Kyiv"),
    ("Turkey", "Ankara"),
)
"""Seats that stand for governments in news: Washington said, Moscow denied."""
_GROUPS = tuple(tuple(tuple(terms(form)) for form in forms) for forms in _FORMS)
_SEATS = {tuple(terms(seat)): tuple(terms(country)) for country, *seats in _GOVERNMENTS for seat in seats}
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_SHARED = 4
"""Iraq and Iraqi, Syria and Syrian: letters from which on two names count as forms of one."""


@lru_cache(maxsize=20_000)
def named(name: tuple[str, ...], stems: frozenset[str]) -> bool:
    """Whether a name stands among these stems, in this or a related form; its last word will do ("Brennan")."""
    if name in _SEATS and named(_SEATS[name], stems):
        return True
    group = _group(name)
    if group:
        return any(stems.issuperset(form) for form in group)
    initials = "".join(word[0] for word in name)
    if len(name) > 1 and not {"acronym" + initials, initials}.isdisjoint(stems):
        return True
    last = name[-2] if len(name) > 1 and name[-1] in _SUFFIXES else name[-1]
    return last in stems or (last[:_SHARED] in _openings(stems) and any(_same(last, stem) for stem in stems))


@lru_cache(maxsize=2_000)
def _group(name: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The forms of the name that a name ends with; none where it has but one."""
    return next((group for group in _GROUPS if any(name[-len(form) :] == form for form in group)), ())


@lru_cache(maxsize=2_000)
def _openings(stems: frozenset[str]) -> frozenset[str]:
    """How these stems begin: an article has hundreds, and most names are like none of them."""
    return frozenset(stem[:_SHARED] for stem in stems)


def _same(one: str, other: str) -> bool:
    if one[:_SHARED] != other[:_SHARED]:
        return False
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHARED and long.startswith(short) and len(long) - len(short) <= 3
