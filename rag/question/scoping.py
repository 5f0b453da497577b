"""Words of a question that say which articles to look at, taken out of it: "articles from July", "the latest on …".

Most dates in a question are about what happened, not about when it was printed ("Why did troops leave in 2011?"), so
only words that speak of reporting limit the articles. Those that may mean either ("What happened in July?",
"according to CNN", whom others quote too) are tried: where the articles within the limit do not answer, all are
asked.
What was measured: docs/decisions/0012-filters.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from index.readers import READERS, RECORDS
from rag.question.filters import EVERYTHING, Filter, FilterError, Known, Order
from rag.question.mentions import named_files, named_outlets
from rag.question.times import BARE, PERIOD, POINT, period


@dataclass(frozen=True, slots=True)
class Scoped:
    """One way to take a question: what is left to ask, and of which articles."""

    question: str
    filter: Filter


def read(question: str, known: Known, given: Filter = EVERYTHING) -> tuple[Scoped, ...]:
    """The ways to take a question, one or two: the next is for when the one before it gives no answer.

    `given` holds in all of them. Raises FilterError where the question's own words contradict it.
    """
    found = list(_Reading(question, known).phrases())
    sure = [one for one in found if one.sure]
    plain = Scoped(_without(question, sure), _all(given, sure))
    if len(sure) == len(found):
        return (plain,)
    try:
        strict = Scoped(_without(question, found), _all(given, found))
    except FilterError:
        return (plain,)
    if strict.filter == plain.filter or not known.has_any(strict.filter):
        return (plain,)  # a date of which there is no article is one of events
    return strict, plain


def fell_back(tried: Scoped, used: Scoped) -> str:
    """Byline's own words where the articles within the stricter limits gave no answer."""
    told = Filter(
        *(tried.filter.since, tried.filter.until), tried.filter.outlets, tried.filter.paths
    ).describe()  # without its order
    within = told.removeprefix("Only ").removesuffix(" are looked at.").removesuffix(" is looked at.")
    rest = "the others were looked at too" if used.filter.limits else "all articles were looked at"
    return f"No answer was found in {within}, so {rest}."


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words at `question[start:end]`, what takes their place, and the filter that they mean."""

    start: int
    end: int
    filter: Filter
    sure: bool = True
    instead: str = ""


def _without(question: str, phrases: list[_Phrase]) -> str:
    """The question without these words; with them where nothing would be left."""
    left, at = "", 0
    for phrase in sorted(phrases, key=lambda one: one.start):
        if phrase.start >= at:
            left += question[at : phrase.start] + phrase.instead
            at = phrase.end
    left = re.sub(r"\(\s*(?:only)?\s*\)", "", left + question[at:])
    left = re.sub(r"\s+([?!.,;:])", r"\1", " ".join(left.split())).strip(" ,;:")
    left = re.sub(r"[,;:]+([?!.])", r"\1", left)
    return left[:1].upper() + left[1:] if re.search(r"\w", left) else question


def _all(given: Filter, phrases: list[_Phrase]) -> Filter:
    for phrase in phrases:
        given = given.narrowed(phrase.filter)
    return given


_NEWS = (
    r"(?:articles?|stor(?:y|ies)|news|coverage|reporting|headlines|dispatch(?:es)?|pieces?|reports?|accounts?"
    r"|papers?)"
)
_SINGLE = re.compile(r"report|account|piece|paper", re.IGNORECASE)
"""What may be somebody else's than an outlet's: "the UN report from 2020"."""
_PLAIN = frozenset(
    """
    the any all some these those only which what that in from of by to and or do does did about me us news media press
    early earlier later older newer recent your our per using on among is are were was have has say says said
    """.split()  # noqa: SIM905 - as prose it can be read
)
"""Words before "articles" that do not say whose they are."""
_FOLLOW = (
    r"(?=\s*(?:\Z|[?!.,;:)]|(?:about|on|of|that|which|who|what|how|when|where|why|is|are|was|were|do|does|did|has|have"
    r"|had|can|could|will|would|say|says|said|tell|tells|told|mention|mentions|mentioned|report|reports|reported"
    r"|describe|describes|described|regarding|concerning|only|and|for|with|by|from|in|to|the|a|an)\b))"
)
"""A date that stands by itself: nothing that it could belong to follows ("the July offensive")."""
_ARTICLES = re.compile(
    r"(?P<lead>(?:,\s*|\(\s*)?\b(?:(?:only|just)\s+)?(?:in|from|using|based\s+on|according\s+to|per|by|among|only)\s+)?"
    rf"\b(?P<det>(?:(?:the|any|all|these|those|some)\s+)*)(?P<noun>{_NEWS})\s+"
    r"(?:(?:that|which)\s+)?(?:(?:was|were|are|is|have\s+been|has\s+been)\s+)?"
    rf"(?:(?:published|written|printed|posted|released|appearing|that\s+appeared)\s+)?(?P<when>{PERIOD}){_FOLLOW},?",
    re.IGNORECASE,
)
_OUTLETS = re.compile(
    r"(?:the\s+)?(?:news\s+|other\s+)?(?:outlets?|newspapers?|papers|media|press|journalists|reporters|correspondents"
    r"|articles?|reports|stories)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\b(?P<what>what\s+(?:else\s+)?)?(?:(?P<had>has|have|had)|did|do|does)\s+"
    r"(?P<who>[\w.&’'-]+(?:\s+[\w.&’'-]+){0,5}?)\s+"
    r"(?P<verb>(?(had)(?:said|reported|written|published)|(?:say|report|write|publish)))\b"
    rf"(?!\s+(?:says?|tells?|mentions?|describes?)\b)(?:\s+(?P<when>{PERIOD}){_FOLLOW})?(?:\s+that\b)?",
    re.IGNORECASE,
)
_WAS_SAID = {"say": "was said", "said": "was said", "write": "was written", "written": "was written"}
_REPORTED = re.compile(
    r"\bwhat\s+(?:else\s+)?(?:was|is|were|has\s+been|have\s+been|had\s+been)\s+(?:being\s+)?"
    rf"(?P<verb>reported|published|written|said)\b(?:(?P<now>\s+(?P<when>{PERIOD}){_FOLLOW}))?",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\Wwhat(?:(?:\s+else)?\s+(?:happened|took\s+place|went\s+on|occurred|changed)"
    r"|(?:[’']s|\s+(?:else\s+)?(?:has|have|had|was|is|were|are))\s+(?:been\s+)?(?:the\s+|in\s+the\s+)?"
    r"(?:happen(?:ed|ing)|taken\s+place|going\s+on|new|news|occurred|changed))\b",
    re.IGNORECASE,
)
_LAST = re.compile(rf"(?:,\s*|\s)\(?(?P<when>{PERIOD})\)?\s*[?!.]*\Z", re.IGNORECASE)
_FIRST = re.compile(rf"\A\W*(?P<when>{PERIOD}),\s*(?=what)", re.IGNORECASE)
_OF_TIME = re.compile(
    rf"\b(?:the\s+)?(?P<when>{POINT}|{BARE})[’']s\s+(?=(?:news|articles|stories|coverage|headlines|reports|papers)\b)",
    re.IGNORECASE,
)
_NAME = r"(?P<name>[\w&’'-]+(?:[.\s]+[\w&’'-]+){0,5}?)"
_THEIRS = re.compile(
    rf"(?P<lead>(?:,\s*)?\b(?:according\s+to|as\s+told\s+in|in|from|per|by)\s+)?\b(?:the|an?|this|that)\s+{_NAME}"
    rf"(?:[’']s?)?\s+(?P<noun>{_NEWS})(?!\w),?",
    re.IGNORECASE,
)
_OWNED = re.compile(
    r"(?P<lead>(?:,\s*)?\b(?:according\s+to|in|from|per|by)\s+)"
    rf"{_NAME}[’']s?\s+(?P<noun>{_NEWS})(?!\w),?",
    re.IGNORECASE,
)
_FROM_OUTLET = re.compile(
    rf"\b(?P<noun>{_NEWS})\s+(?:published\s+)?(?:from|by|of|in)\s+(?=[\w])",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"(?:,\s*)?\b(?:according\s+to|as\s+reported\s+by|reported\s+by)\s+(?=\w)", re.IGNORECASE)
_ENDINGS = "|".join(re.escape(ending.lstrip(".")) for ending in (*READERS, *RECORDS))
_FILE = re.compile(
    r"(?P<lead>(?:,\s*)?\b(?:according\s+to|in|from|of|by|per|does|do|did)\s+)?"
    rf"(?:the\s+)?(?:file\s+|article\s+)?[“\"']?(?<![\w./])(?P<path>[\w./\\+@#-]{{0,200}}?\w\.(?:{_ENDINGS})(?:\#\d+)?)(?![\w./])[”\"']?,?",
    re.IGNORECASE,
)
_SAYING = (
    r"(?:news|reports?|articles?|stor(?:y|ies)|coverage|accounts?|reporting|headlines?|dispatch(?:es)?|word|updates?"
    r"|information|developments?)"
)
_FIGURE = r"(?:figures?|numbers?|counts?|tolls?|estimates?|tall(?:y|ies)|status|situation)"
_ABOUT = r"(?:about|on|of|from|in|with|regarding|concerning)"
_TOLD = (
    r"(?=\s*(?:\Z|[?!.,;:)]|(?:about|on|regarding|concerning|that|say|says|said|tell|tells|told|mention|mentions)\b))"
)
_LATEST = re.compile(
    r"\b(?:what(?:[’']s|\s+is|\s+are)|what\s+do\s+we\s+know\s+of|tell\s+me|give\s+me|show\s+me)\s+the\s+"
    rf"(?:latest|newest|most\s+recent)(?:\s+{_SAYING})?\s+{_ABOUT}\s+(?=\w)",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:latest|newest|most\s+recent)\s+"
    rf"(?={_SAYING}\b{_TOLD}|(?:\w+\s+){{0,2}}{_FIGURE}\b{_FOLLOW})",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    rf"\b(?:first|earliest|oldest)\s+(?=(?:news|reports?|articles?|stor(?:y|ies)|coverage)\b{_TOLD})",
    re.IGNORECASE,
)


_ORDERS: tuple[tuple[re.Pattern[str], Order], ...] = ((_LATER, "latest"), (_EARLIER, "first"))


class _Reading:
    """The phrases of one question. What they name is looked up only where one of them is there."""

    def __init__(self, question: str, known: Known) -> None:
        self.question, self.known = question, known
        self._outlets: tuple[str, ...] | None = None

    def phrases(self) -> Iterator[_Phrase]:
        """Those that do not overlap; the surest kinds first."""
        taken: list[_Phrase] = []
        kinds: tuple[Callable[[], Iterator[_Phrase]], ...] = (
            *(self._files, self._said, self._articles, self._of_time, self._reported),
            *(self._theirs, self._from_outlet, self._according, self._happened, self._order),
        )
        for kind in kinds:
            for phrase in kind():
                if not any(phrase.start < one.end and one.start < phrase.end for one in taken):
                    taken.append(phrase)
                    yield phrase

    def _when(self, words: str | None) -> Filter:
        if not words:
            return EVERYTHING
        newest = self.known.newest()
        limits = period(words, date.fromisoformat(newest) if newest else None)
        since, until = limits or (None, None)
        if since and until and since > until:
            return EVERYTHING
        return Filter(since.isoformat() if since else None, until.isoformat() if until else None)

    def _named(self, name: str) -> Filter:
        """The outlets that a name means; one word in small letters means none."""
        if self._outlets is None:
            self._outlets = tuple(self.known.outlets())
        if not any(char.isupper() for char in name) and " " not in name.removeprefix("the ").strip():
            return EVERYTHING
        return Filter(outlets=named_outlets(name, self._outlets))

    def _longest(self, at: int) -> tuple[int, Filter]:
        """The outlet that is named from here on, in as many words as it takes."""
        ends = [match.end() for match in re.finditer(r"[\w&’'-]+(?:\.\w+)*", self.question[at : at + 120])][:7]
        for end in reversed(ends):
            name = self.question[at : at + end]
            if not re.search(r"[,;:?!]", name) and (filter := self._named(re.sub(r"[’']s?\Z", "", name))):
                return at + end, filter
        return at, EVERYTHING

    def _files(self) -> Iterator[_Phrase]:
        for match in _FILE.finditer(self.question):
            files = named_files(match["path"].partition("#")[0], self.known.files())
            if "#" in match["path"] and self.known.exists(match["path"]):
                files = (match["path"],)
            if files:
                verb = (match["lead"] or "").strip().lower() in ("does", "do", "did")
                instead = f"{match['lead']}the article " if verb else "" if match["lead"] else "the article "
                yield _Phrase(*match.span(), Filter(paths=files), instead=instead)

    def _articles(self) -> Iterator[_Phrase]:
        """ "articles from July", "in reports published since 10 December"."""
        for match in _ARTICLES.finditer(self.question):
            if filter := self._when(match["when"]):
                before = re.findall(r"\w+", self.question[: match.start("det")])[-1:]
                own = not before or before[0].lower() in _PLAIN
                single = _SINGLE.fullmatch(match["noun"])
                start = match.start() if match["lead"] else match.end("noun")
                yield _Phrase(start, match.end(), filter, own and not single)

    def _of_time(self) -> Iterator[_Phrase]:
        """ "July's news"."""
        for match in _OF_TIME.finditer(self.question):
            if filter := self._when(match["when"]):
                yield _Phrase(*match.span(), filter, instead="the ")

    def _said(self) -> Iterator[_Phrase]:
        """ "did outlets say in July", "did CNN report"."""
        for match in _SAID.finditer(self.question):
            when, generic = self._when(match["when"]), bool(_OUTLETS.fullmatch(match["who"]))
            outlet = EVERYTHING if generic else self._named(match["who"])
            if generic and when:
                yield _Phrase(match.end("verb"), match.end("when"), when)
            if outlet:
                about = re.match(rf"\s*(?:{_ABOUT}\b|[?!.]|\Z)", self.question[match.end() :])
                passive = _WAS_SAID.get(match["verb"].lower(), "was reported")
                instead = f"{match['what']}{passive}" if match["what"] and about else match["what"] or ""
                yield _Phrase(*match.span(), outlet.narrowed(when), False, instead)
            if (generic or outlet) and not when:
                yield from self._at_the_end(match.end())

    def _reported(self) -> Iterator[_Phrase]:
        """ "What was reported since 10 December?"."""
        for match in _REPORTED.finditer(self.question):
            if when := self._when(match["when"]):
                yield _Phrase(*match.span("now"), when, match["verb"].lower() == "reported")
            else:
                yield from self._at_the_end(match.end())

    def _happened(self) -> Iterator[_Phrase]:
        """ "What happened in July?", not on one day: the next day's papers tell of it."""
        match = _HAPPENED.search(f" {self.question}")
        if not match:
            return
        for phrase in (*self._at_the_end(match.end() - 1), *self._at_the_start()):
            if phrase.filter.since and phrase.filter.since != phrase.filter.until:
                yield phrase

    def _at_the_end(self, after: int) -> Iterator[_Phrase]:
        match = _LAST.search(self.question, after)
        if match and (filter := self._when(match["when"])):
            yield _Phrase(match.start(), match.end("when"), filter, False)

    def _at_the_start(self) -> Iterator[_Phrase]:
        match = _FIRST.match(self.question)
        if match and (filter := self._when(match["when"])):
            yield _Phrase(*match.span(), filter, False)

    def _theirs(self) -> Iterator[_Phrase]:
        """ "in the Times article", "in CNN's coverage"."""
        for pattern in (_THEIRS, _OWNED):
            for match in pattern.finditer(self.question):
                if filter := self._named(match["name"]):
                    start, end = match.span() if match["lead"] else (match.start("name"), match.start("noun"))
                    yield _Phrase(start, end, filter, not _SINGLE.match(match["noun"]))

    def _from_outlet(self) -> Iterator[_Phrase]:
        """ "articles by Deutsche Welle"."""
        for match in _FROM_OUTLET.finditer(self.question):
            end, filter = self._longest(match.end())
            if filter:
                yield _Phrase(match.end("noun"), end, filter, not _SINGLE.match(match["noun"]))

    def _according(self) -> Iterator[_Phrase]:
        for match in _ACCORDING.finditer(self.question):
            end, filter = self._longest(match.end())
            if filter:
                comma = self.question[end : end + 1] == ","
                yield _Phrase(match.start(), end + comma, filter, False)

    def _order(self) -> Iterator[_Phrase]:
        """ "the latest on …", "the first reports"."""
        for match in _LATEST.finditer(self.question):
            yield _Phrase(*match.span(), Filter(order="latest"), instead="What is said about ")
        for pattern, order in _ORDERS:
            for match in pattern.finditer(self.question):
                yield _Phrase(match.start(), match.end(), Filter(order=order))
