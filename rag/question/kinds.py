"""What a question asks for, and which words of a sentence could be that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, get_args

from rag.question.measures import ASKED, UNIT_BEHIND, Measure, measured
from rag.question.places import places
from rag.question.word_classes import PARTICLES

Kind = Literal[
    "number",
    "percentage",
    "money",
    "age",
    Measure,
    "date",
    "deadline",
    "person",
    "place",
    "country",
    "state",
    "continent",
    "organisation",
    "definition",
    "quote",
    "reason",
    "clause",
    "yes/no",
    "thing",
]
Span = tuple[int, int]

PLACES: frozenset[Kind] = frozenset(("place", "country", "state", "continent"))
MEASURED: tuple[Measure, ...] = get_args(Measure)
"""Kinds whose answers are numbers with units."""
STRICT: frozenset[Kind] = frozenset(("number", "percentage", "money", "age", *MEASURED, "date", "deadline"))
"""Kinds whose answers can be recognised, so that a sentence without one is no answer."""
AUXILIARY = r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
_SAYING = (
    r"(?:say|said|says|tweet|tweeted|tell|told|describe|described|comment|respond|react|put it|remark|claim|claimed|"
    r"argue|argued|warn|warned|insist|insisted|explain|explained|suggest|suggested)"
)
_ASKS = r"(?:how|who|whom|whose|why|where|which|what)"
_PEOPLE = (
    r"(?:actors?|actress(?:es)?|singers?|rappers?|musicians?|athletes?|players?|directors?|presidents?|"
    r"prime ministers?|ministers?|senators?|governors?|mayors?|lawmakers?|politicians?|officials?|officers?|"
    r"commanders?|diplomats?|ambassadors?|envoys?|advis[eo]rs?|spokes(?:man|woman|person)|leaders?|heads? of state|"
    r"judges?|justices?|generals?|monarchs?|kings?|queens?|princes?|princess|authors?|writers?|artists?|scientists?|"
    r"researchers?|experts?|analysts?|professors?|billionaires?|executives?|CEOs?|lawyers?|coach(?:es)?|champions?|"
    r"candidates?|celebrit(?:y|ies)|stars?|designers?|journalists?|astronauts?)"
)
"""Of whom "which …" asks as "who" does."""
_TIME = r"(?:year|date|day|month|time|decade|century|season)"
_NAMED = rf"(?:(?:(?:{'|'.join(sorted(PARTICLES))}|of|vs?\.?)[ -])?(?-i:[A-Z][\w.’'-]{{0,40}})\s?){{1,5}}"
_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("age", r"\bhow old\b|\bwhat age\b|\bwhat .*\bage\b"),
    *ASKED,
    (
        "percentage",
        r"\bhow many per ?cent\b|\b(?:what|which) (?:percentage|percent|per cent|proportion|fraction)\b"
        r"|\b(?:what|which) share of\b"
        r"|\bwhat (?:is|was|are|were) the (?:[\w-]+ )?(?:chances?|odds|probability|likelihood)\b",
    ),
    (
        "money",
        r"\bhow much\b.*\b(?:costs?|spend|spent|pay|paid|pays|worth|earn|earned|charged?|raised?|owe|money|"
        r"offer|offered|bid|donate|donated|invest|invested|fined|borrow|borrowed)\b"
        r"|\bwhat .*\b(?:cost|price|salary|fee|budget|fine|tuition|rent|wage|ransom|bail|revenue|net worth|"
        r"jackpot)\b",
    ),
    ("deadline", rf"\b(?:by|until) (?:when|(?:what|which) {_TIME})\b|\bwhat .*\bdeadline\b"),
    (  # but for "Who … when it sank?" and "When it sank, who …?"
        "date",
        rf"^(?!.*\b{_ASKS}\b.*\bwhen\b)(?!.*\bwhen (?!{AUXILIARY}\b).*,\s(?:\w+\s)?{_ASKS}\b).*\bwhen\b",
    ),
    ("date", rf"\b(?:what|which) {_TIME}\b|\bhow (?:long ago|recently|soon)\b|\bsince what\b"),
    (
        "number",
        r"\bhow (?:many|much|far|high|big|large|often)\b"
        r"|\b(?:what|which) (?:number|share|amount|size|age|price|cost|rate|total|population|distance|sum)\b"
        r"|\bwhat (?:is|was|are|were) the (?:[\w-]+ )?(?:capacity|turnout|death toll|toll|margin|number|size|rate|"
        r"total|population)\b",
    ),
    ("reason", r"\bwhy\b|\bhow come\b|\bfor what (?:reason|purpose)\b|\bwhat (?:caused|causes|led to|prompted)\b"),
    (
        "definition",
        rf"^\s*who(?:['’]s|\s+(?:is|was|are|were|(?:are|were) the)) {_NAMED}\W*$"
        rf"|^\s*what(?:['’]s|\s+(?:is|was|are|were)) (?:(?:an? |the )?{_NAMED}|(?:an? )?(?!it|this|that)[\w’'-]+)\W*$"
        r"|\bwhat (?:does|do|did) .{1,80}\b(?:mean|stand for)\b|\bwhat is (?:meant by|the meaning of)\b",
    ),
    (
        "person",
        r"^\W*who(?:m|se)?\b"  # but for "the rapper, who has left, bought which company?"
        r"|^(?!.*\b(?:what|which|where|how) .*\bwho).*\bwho(?:m|se)?\b(?!.*\bwhich\b)"
        r"|\b(?:what|which) (?:person|man|woman|name|people)\b|\bwhat is the name\b",
    ),
    (
        "quote",
        rf"\bwhat (?:did|does|do|has|have|had|was|were) .*\b{_SAYING}\b|\bhow (?:did|does|do|has) .*\b{_SAYING}\b"
        r"|\bwhat (?:exactly )?(?:was|were|is) said\b|\bwhat .*\bwords\b|\bquote\b|\baccording to\b.*\bwhat\b",
    ),
    (
        "clause",  # how it was done, or what came of it: no name or number says that
        rf"\bhow {AUXILIARY}\b|\bwhat (?:(?:will|would|did|might|could|should|has|have|had) )?happen(?:s|ed|ing)?\b",
    ),
    ("country", r"\b(?:what|which) (?:[\w-]+ ){0,2}?(?:countr(?:y|ies)|nations?)\b"),
    ("state", r"\b(?:what|which) (?:[\w-]+ )?states?(?:['’]s?)?\b(?! of\b| department\b)"),
    ("continent", r"\b(?:what|which) (?:[\w-]+ )?continents?\b"),
    (
        "place",
        r"\bwhere\b"
        r"|\b(?:what|which) (?:us )?(?:city|cities|place|region|town|province|area|capital|location|county|island)\b",
    ),
    (
        "organisation",
        r"\b(?:what|which) (?:[\w’'-]+ ){0,4}?(?:compan(?:y|ies)|firms?|airlines?|carmakers?|automakers?|banks?|"
        r"retailers?|agenc(?:y|ies)|organi[sz]ations?|groups?|teams?|clubs?|part(?:y|ies)|universit(?:y|ies)|"
        r"networks?|brands?|manufacturers?|newspapers?|broadcasters?|ministr(?:y|ies)|departments?|services?|"
        r"chains?)\b",
    ),
    (
        "person",
        rf"\b(?:what|which) (?:(?!{AUXILIARY}(?:n['’]t)?\b)[\w’'-]+ ){{0,4}}?"
        rf"(?:{_PEOPLE}|members? of)\b",
    ),
    ("yes/no", rf"^\s*(?:and |so |but )?{AUXILIARY}(?:n['’]t)?\b"),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _PATTERNS)

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|March|April|May|June|July|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
_LASTING = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|many|(?:a )?few|(?:a )?couple of|"
    r"a dozen|\d+(?:\.\d+)?)(?: (?:hundred|thousand|million|billion))?"
    r" (?:minute|hour|day|week|month|year|decade|centur)(?:s|y|ies)?"
)
_DISTANCE = (
    rf"\b(?:{_LASTING}|the (?:hour|day|week|month|year)) (?:ago|later|earlier|before|after|from now|to go)\b"
    rf"|\b(?:with)?in (?:the next )?{_LASTING}\b"
)
"""How far something is from something else in time."""
_CALENDAR = (
    rf"\b{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?\b)?(?:,?\s+\d{{4}}\b)?"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+\d{{4}})?"
    rf"|\b(?:(?:early|late|mid)[\s-]+(?:in\s+)?)?(?:1[5-9]|20)\d\d(?:s|\b)|{_DAY}|\b(?:19|20)?\d0s\b"
    r"|\b(?:today|yesterday|tomorrow|tonight|midnight|noon)\b"
    r"|\b(?:this|last|next|earlier this|later this|the end of the|the following) (?:week|month|year|decade|century|"
    r"spring|summer|autumn|fall|winter|morning|evening|night|weekend)\b"
    r"|\b(?:within|in|over|since) (?:a|an|the|this|that|those|many|several|two|three) (?:last |past |next )?"
    r"(?:day|week|month|year|decade|centur)(?:s|y|ies)?\b"
    r"|\b(?:starting|from) (?:today|now)\b|\b\w+ anniversary\b"
    r"|\brecent (?:days|weeks|months|years)\b|\b\d{1,2}(?::\d\d)?\s?[ap]\.?m\b"
)
DATE = re.compile(rf"{_CALENDAR}|{_DISTANCE}")
_DATED = re.compile(_CALENDAR)
NUMBER = re.compile(
    r"[$€£]?\b\d+(?:[.,]\d+)*(?:\s?%|\s+percent)?(?:\s+(?:hundred|thousand|million|billion|trillion|dozen))?\b%?"
    r"|\b(?=[bcdefhmnoqst])"  # where none of the words begins, they are not tried one by one
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|hundreds?|thousands?|"
    r"millions?|billions?|trillions?|dozens?|scores|several|majority|half|third|quarter|once|twice|double|triple|"
    r"couple|none)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?:\b[A-Z][A-Za-z]*-|#)\Z")
"""In front of what numbers something: "RS-25", "engine #3"."""
DEADLINE = re.compile(
    rf"\b(?:[Bb]y|[Bb]efore|[Uu]ntil|[Tt]ill)\s(?:the\s|early\s|late\s)?(?:{DATE.pattern})|(?:{DATE.pattern})(?:\s\w+)?\sdeadline\b"
)
_COUNT = (
    r"(?:\d+(?:[.,]\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?)"
)
PERCENTAGE = re.compile(
    rf"\b{_COUNT}(?:\s?%|[\s-]per\s?cent\b|[\s-]percentage\b)"
    rf"|\b(?:{_COUNT}|an?)[\s-](?:halves|half|thirds?|quarters?|fifths?|sixths?|tenths?)\b"
    rf"|\b{_COUNT}(?:[\s-]in[\s-]|\sout\sof\s(?:every\s)?){_COUNT}\b(?:\s(?:hundred|thousand|million|billion)\b)?|\bhalf\b|\bmajority\b",
    re.IGNORECASE,
)
MONEY = re.compile(
    r"[$€£¥]\s?\d[\d.,]*(?:\s?(?:hundred|thousand|million|billion|trillion|[kmb]n?)\b)?"
    r"|\b(?:\d[\d.,]*|a|one|two|three|four|five|six|seven|eight|nine|ten|several|hundreds of|thousands of|"
    r"millions of|billions of)\s(?:(?:hundred|thousand|million|billion|trillion)\s)?(?:US\s|U\.S\.\s)?"
    r"(?:dollars?|euros?|pounds?|yen|yuan|rupees?|francs?|pesos?|cents?|dinars?|rubles?)\b",
    re.IGNORECASE,
)
AGE = re.compile(
    r"\b\d{1,3}[\s-]years?[\s-]olds?\b|\baged?\s(?:of\s)?\d{1,3}\b|\b\d{1,3}(?:th|st|nd|rd) birthday\b"
    r"|\b\d+(?:[.,]\d+)*[\s-](?:thousand|million|billion)[\s-]years?(?:[\s-]olds?\b|\sago\b)?"
    r"|(?<=,\s)\d{1,3}(?=[,.;)]|\sand\s)|(?<=\()\d{1,3}(?=\))"
    r"|(?:(?<=\bis\s)|(?<=\bwas\s)|(?<=\bbe\s)|(?<=\bturns\s)|(?<=\bturned\s))\d{1,3}\b(?!\s(?:percent|people|of)\b)",
    re.IGNORECASE,
)
_NAME_WORD = r"[A-ZÀ-Þ][\w’'-]*(?:\.(?=\s[A-Z]))?"
NAME = re.compile(
    rf"(?:\b(?:al|el|bin|ibn|von|van|de|la|di)[ -])?\b{_NAME_WORD}"
    r"(?:(?:\s|\s(?:of|the|al|bin|von|van|de|la|for|and)\s|-)"
    rf"(?:d['’])?{_NAME_WORD})*"
)
QUOTED = re.compile(r"“[^”]+”?|\"[^\"]+\"?|[^“”]*”")
_SAYS = re.compile(r"\b(?:said|says|told|tweeted|added|remarked|explained|announced|according to|described|called)\b")
_PLACED = re.compile(
    r"(?<!\baccording )(?<!\bdue )(?<!\bthanks )"
    r"\b(?:in|at|from|near|to|across|into|outside|around|of|on|through|over)\s(?:the\s(?:[a-z-]+\s)?)?"
    rf"({_NAME_WORD}(?:\s(?:d['’])?{_NAME_WORD})*)"
)
_REASON = re.compile(
    r"\b(?:because|due to|so that|in order to|as a result|in response|thanks to|owing to|since|after|prompting|led|"
    r"leading|caused|following|amid|aimed? (?:at|to)|reason|to (?:help|ensure|avoid|prevent|protect|make|reduce|"
    r"allow|stop|fight|combat|keep|support))\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b[A-Za-zÀ-ÿ][\w’'-]{3,}\b")


def kind_of(question: str) -> Kind:
    """The kind of answer that a question expects; "thing" where no pattern tells."""
    return next((kind for kind, pattern in _KINDS if pattern.search(question)), "thing")


def candidates(kind: Kind, sentence: str) -> Iterator[Span]:
    """Spans of a sentence that could be the answer to a question of this kind, in order, as far as they are read."""
    return _FINDERS[kind](sentence)


def _matches(pattern: re.Pattern[str], group: int = 0) -> Callable[[str], Iterator[Span]]:
    return lambda text: (match.span(group) for match in pattern.finditer(text))


def _numbers(text: str) -> Iterator[Span]:
    """Numbers that are not part of a date or a label, with units of length and the like; how many weeks ago something
    was is a number too."""
    dates = [match.span() for match in _DATED.finditer(text)]
    for match in NUMBER.finditer(text):
        labelled = _LABEL.search(text, max(0, match.start() - 20), match.start())
        if not labelled and not any(start < match.end() and match.start() < end for start, end in dates):
            unit = UNIT_BEHIND.match(text, match.end())
            yield match.start(), unit.end() if unit else match.end()


def _quotes(text: str) -> Iterator[Span]:
    yield from (match.span() for match in QUOTED.finditer(text))
    yield from (match.span() for match in _SAYS.finditer(text))


_FINDERS: dict[Kind, Callable[[str], Iterator[Span]]] = {
    "number": _numbers,
    "percentage": _matches(PERCENTAGE),
    "money": _matches(MONEY),
    "age": _matches(AGE),
    **{kind: partial(measured, kind) for kind in MEASURED},
    "date": _matches(DATE),
    "deadline": _matches(DEADLINE),
    "person": _matches(NAME),
    "place": _matches(_PLACED, 1),
    "country": partial(places, "country"),
    "state": partial(places, "state"),
    "continent": partial(places, "continent"),
    "organisation": _matches(NAME),
    "definition": _matches(_OTHER),
    "quote": _quotes,
    "reason": _matches(_REASON),
    "clause": _matches(_OTHER),
    "yes/no": _matches(_OTHER),
    "thing": _matches(_OTHER),
}
