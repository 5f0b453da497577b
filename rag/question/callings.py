"""What people of a kind are called: "which politician" asks for a minister or a senator too."""

from __future__ import annotations

from index.text.terms import terms

_CALLINGS = {
    "official": "minister secretary spokesman spokeswoman spokesperson president premier adviser advisor ambassador "
    "director governor mayor commissioner envoy official chief",
    "politician": "minister president premier chancellor senator representative congressman congresswoman governor "
    "mayor mp lawmaker politician leader",
    "lawmaker": "senator representative congressman congresswoman mp lawmaker legislator",
    "diplomat": "ambassador envoy consul diplomat",
    "executive": "executive ceo chairman chairwoman president",
    "expert": "expert analyst professor researcher scientist economist historian scholar fellow doctor",
    "scientist": "scientist researcher physicist chemist biologist astronomer geologist",
    "spokesman": "spokesman spokeswoman spokesperson",
    "spokesperson": "spokesman spokeswoman spokesperson",
    "officer": "officer general major colonel lieutenant captain sergeant admiral commander",
}
CALLED = {terms(kind)[0]: frozenset(terms(words)) for kind, words in _CALLINGS.items()}
"""For the stem of a kind of people, the stems of what these are called."""
