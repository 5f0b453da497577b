"""Whether a name of the question stands in a text under any of its usual forms."""

from __future__ import annotations

from collections.abc import Collection

from index.terms import terms

_FORMS = (
    ("US", "USA", "America", "American", "Americans", "United States"),
    ("UK", "Britain", "British", "Britons", "United Kingdom"),
    ("EU", "European", "Europe", "European Union"),
    ("UN", "United Nations"),
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
"""Countries whose people are not called by a longer form of the country's own name."""
_GROUPS = tuple(tuple(tuple(terms(form)) for form in forms) for forms in _FORMS)
_SHARED = 4
"""Iraq and Iraqi, Syria and Syrian: letters from which on two names count as forms of one."""


def named(name: tuple[str, ...], stems: Collection[str]) -> bool:
    """Whether at least half of a name's words stand among these stems, in this or a related form."""
    for group in _GROUPS:
        if name in group:
            return any(set(form) <= set(stems) for form in group)
    found = sum(part in stems or any(_same(part, stem) for stem in stems) for part in name)
    return 2 * found >= len(name)


def _same(one: str, other: str) -> bool:
    if one[:_SHARED] != other[:_SHARED]:
        return False
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHARED and long.startswith(short) and len(long) - len(short) <= 3
