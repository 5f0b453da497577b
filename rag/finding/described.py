"""What a sentence says that somebody or something is: "Iraq's national security adviser" beside Qassim al-Araji."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from index.terms import stem
from rag.asking.names import spelled_out
from rag.asking.phrases import closed
from rag.asking.question import CALENDAR
from rag.asking.word_classes import VERBS
from rag.attribution.person_words import PERSON_NOUNS, PLACES, SAID, SUFFIXES, TITLES
from rag.attribution.persons import Run, runs
from rag.finding.namesakes import alike, only_one

_CALLED = frozenset((*PERSON_NOUNS, *TITLES)) | frozenset(
    "counsel treasurer comptroller auditor dean provost fellow scholar lecturer curator head".split()  # noqa: SIM905
)
_NOUN = rf"(?i:{'|'.join(sorted(_CALLED, key=len, reverse=True))})"
_TITLE = rf"(?i:{'|'.join(sorted(TITLES, key=len, reverse=True))})"
_CAPITALS = r"(?:[A-ZÀ-Þ][\w’'.-]*\s)"
_OWNER = rf"{_CAPITALS}{{0,3}}[A-ZÀ-Þ][\w’'.-]*(?:['’]s|(?<=s)['’])"
_END = r"[,;:()\[\]“”\"–—]|(?<!\b[A-Z])\.(?=\s|\Z)|\Z"
_CLAUSE = (
    r"(?:(?:who|whom|whose|which|that|where|when|while|after|before|since|because|but)\b"
    r"|and\s(?:is|was|has|had|\w+s)\b)"
)
_VERB = r"(?:said|says|told|has|had|was|is)\b"
_LIGHT = r"(?:an?|the|of|for|in|at|to|by|with|as|\w+ed)"
_PHRASE = (
    rf"(?P<said>(?:(?:an?|the|one\sof)\s|{_OWNER}\s"  # "a teacher", "Iraq’s adviser"
    rf"|(?:(?!{_CLAUSE}|{_VERB}|{_LIGHT}\s)[\w-]+\s){{0,3}}{_NOUN}s?\s(?:of|for|at|in|to)\s)"  # "head of"
    rf"(?:(?!{_CLAUSE}|{_VERB})[^\s,;:()\[\]“”\"–—]+?(?:\s|(?={_END}))){{1,20}}?)(?={_END}|{_CLAUSE})"
)
"""What somebody is, up to the end of the phrase or where a clause begins."""
_ASIDE = r"(?:\s\([^()]{1,40}\))?"
_BEHIND = re.compile(
    rf"{_ASIDE}(?:,\s(?:\d{{1,3}},\s)?|\s[–—-]\s)"
    rf"(?:{_PHRASE}|(?P<title>(?!{_CLAUSE}|{_VERB})(?:[\w.’'&-]+\s){{1,8}}{_NOUN}(?=,|\s[–—-])))"
)
"""Between commas behind a name: ", a teacher from Oslo," or ", White House press secretary,"."""
_IS = re.compile(rf"{_ASIDE}(?:,[^,]{{1,120}},|,\swho)?\s(?:is|was|remains|became)\s(?:now\s|once\s)?{_PHRASE}")
_OWNED = re.compile(
    rf"\b(?P<said>(?:the|an?|its|his|her|their|{_OWNER})\s(?:[^\s,;:]+\s){{0,5}}{_NOUN}"
    r"(?:\s(?:of|for|at|to)(?:\s[^\s,;:]+){1,8})?),\s\Z"
)
"""What stands in front of a name between commas: "the head of the agency, Ann Lee,"."""
_OFFICE = re.compile(rf"{_CAPITALS}{{0,2}}\b{_TITLE}\s(?:to|of|for|at)\s(?:the\s)?{_CAPITALS}{{1,4}}\Z")
"""An office with what it is the office of, in front of a name: "Ambassador to Norway"."""
_ONE_WHO = re.compile(r"[a-z]+(?:ist|ian|eer|yer|naut|maker|writer|keeper|leader|man|woman|person)s?")
"""What people are called beside the nouns of the list: "meteorologist"."""
_WORDS = re.compile(r"(?:[\w.’'-]+\s){1,8}\Z")
_WORD = re.compile(r"[\w.’'-]+")
_NO_ATTRIBUTE = re.compile(rf"(?:{SAID})|.*(?:ed|ing|ly)|(?:day|week|month|year|time)s?", re.IGNORECASE)
_FRONTED = re.compile(
    r"\W*(?:\w+(?:ed|ing)|according|for|with|in|after|before|under|on|at|by|like|unlike|despite|along)\b[^,]*\Z",
    re.IGNORECASE,
)
"""What opens a sentence and ends with a name, so that its main clause follows: "Led by Ann Lee, the band left"."""
_VAGUE = re.compile(r"\b(?:I|me|my|mine|our|us)\b|an? (?:number|total|handful|lot|couple|series)\b")
"""What a speaker says of somebody near ("a friend of mine"), and what begins another phrase ("a number of")."""
_LOOSE = re.compile(r"\s(?:of|for|at|in|to|with|by|on|from|and|the|an?)\Z")
"""What is left over where a phrase goes on in quotation marks."""
_POLITE = frozenset(("mr", "mrs", "ms", "miss", "dr", "sir", "madam"))
"""Titles that tell nothing of anybody."""
REACH = 80
"""Characters in front of a name that are looked at."""
LONGEST = 2_000
"""Characters of a sentence that are read."""
APPOSED, TITLED = 1.0, 0.5
"""What a description behind the name, or after "is", counts in the vote, and what a title in front of it."""
ATTRIBUTES = 4
"""Words in front of what somebody is called that may belong to it: "national security" adviser."""


class Description(NamedTuple):
    """Where in a sentence it stands that somebody is something, and what it counts."""

    start: int
    end: int
    weight: float


def described(name: str, text: str, article: str) -> Iterator[Description]:
    """What a sentence of the article says who or what bears this name: behind it, after "is", or in front of it."""
    text = text[:LONGEST]
    asked = _parts(name.split())
    if (spelled := spelled_out(name, text)) and name in article:
        yield Description(*spelled, APPOSED)
    for run in runs(text, [(0, len(text))]):
        if not bearer(run.words, name):
            continue
        if len(_parts(run.words)) < len(asked) and not only_one(asked[0], asked[-1], article):
            continue  # "Webb" may be the telescope, and "Speaker Pelosi" his wife
        for match in _apposed(text, run):
            part = match.lastgroup or ""
            said = _LOOSE.sub("", match[part].rstrip())
            yield Description(match.start(part), match.start(part) + len(said), APPOSED)
        start = _ahead(text, run)
        ahead = text[start : run.start].rstrip()
        if ahead and ahead.lower().rstrip(".") not in _POLITE:
            yield Description(start, start + len(ahead), TITLED)


def bearer(words: Sequence[str], name: str) -> bool:
    """Whether the words of a name that stands in a text may be this name: its last one, and no other first name."""
    called, asked = _parts(words), _parts(name.split())
    if not called or not asked or called[-1].lower() != asked[-1].lower():
        return False
    return len(called) == 1 or len(asked) == 1 or alike(called[0], asked[0])


def _apposed(text: str, run: Run) -> list[re.Match[str]]:
    """Where a name is followed by what its bearer is, or follows that."""
    found = [None if _FRONTED.match(text[: run.start]) else _BEHIND.match(text, run.end), _IS.match(text, run.end)]
    if text.startswith((",", ".", ";"), run.end):
        found.append(_OWNED.search(text, max(0, run.start - REACH), run.start))
    return [match for match in found if match and not _VAGUE.search(match.group())]


def _parts(words: Iterable[str]) -> list[str]:
    """The words of a name without titles in front, suffixes and articles."""
    plain = [word for word in words if word.lower().rstrip(".") not in SUFFIXES and word.lower() not in ("the", "a")]
    while len(plain) > 1 and plain[0].lower().rstrip(".") in TITLES:
        del plain[0]
    return plain


def _ahead(text: str, run: Run) -> int:
    """Where what stands directly before a name begins that tells who it is; the name's own beginning where nothing
    does."""
    begin = max(0, run.start - REACH)
    office = _OFFICE.search(text, begin, run.start)
    start = office.start() if office else run.start
    behind = _WORDS.search(text, begin, start)
    words = list(_WORD.finditer(text, behind.start(), start)) if behind else []
    attributes = 0
    for number, word in reversed(list(enumerate(words))):
        if not _calls(word.group()):
            attributes += 1
            verb = word.group().islower() and number > 0 and words[number - 1].group() == "to"  # "to replace Rep. …"
            if start == run.start or attributes > ATTRIBUTES or verb or not _attribute(word.group().rstrip(".")):
                break
        start = word.start()
    return start


def _calls(word: str) -> bool:
    low = word.lower().rstrip(".")
    return low in _CALLED or low.removesuffix("s") in _CALLED or _ONE_WHO.fullmatch(word) is not None


def _attribute(word: str) -> bool:
    low = word.lower()
    if stem(low) in CALENDAR:
        return False
    owner = re.sub(r"['’]s?\Z", "", word)
    if owner in PLACES or owner.isupper():
        return True
    return not (closed(low) or low in VERBS or _NO_ATTRIBUTE.fullmatch(word))
