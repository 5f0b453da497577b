"""Text -> spans of sentences, and passages made of whole sentences; offsets never leave the file's own text.

The splitter is our own set of rules and not a library's. On the 50 hard cases of tests/index/test_sentences.py
(written with these rules, so a floor and no contest) nltk's punkt gets 33 right and costs seconds of import;
pysbd gets 40, takes some 25 times as long an article and has had no release since 2021. Neither knows what a
line of its own is. A wrong join costs a long quote, a wrong cut half a sentence quoted as if it were whole:
where a full stop is ambiguous ("the U.S. Army", "in the U.S. The army") only a word that seldom follows an
abbreviation cuts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

from index.types import Article, Passage, Sentence

Span = tuple[int, int]

LONGEST = 1000
"""Characters of the longest sentence; a longer one (a table, a list without stops) is cut at a space."""
WORDS_LIMIT = 150 / 95
"""How far a passage may grow beyond the words asked for, unless one sentence alone is longer."""
WRAPPED = 200
"""Lines longer than this were not wrapped by anybody: each of them is a paragraph."""
ANCHOR_REACH = 3
"""Paragraphs on either side that decide whether a paragraph always starts a passage."""

LINE_BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
STOP = re.compile(
    r"""(?:(?<![.!?…؟।])[.!?…؟।]+ (?:["'”’»)\]*_]|\[\d{1,3}\])*) (?=\s)
      | [。！？｡]+ [」』”’）]*
      | (?<=[a-z]{3})[.!?][”"]? (?=[“"]?(?:The|A|An|He|She|It|They|We|But|And|In|On|For|This|That)\b)""",
    re.VERBOSE,
)
OPENERS = "\"'“‘«([{¿¡*_"
TOKEN = re.compile(r"[^\s“”\"(\[{—–/‘«]*\Z")
NEXT_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
LIST_ITEM = re.compile(r"(?:[-*•–—▪◦·►‣+>|]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)]|#{1,6})\s")


def words_of(printed: str) -> frozenset[str]:
    """The words of a list as a set."""
    return frozenset(printed.split())


TITLES = words_of(
    """
    mr mrs ms dr gen maj lt col sgt capt cpl cmdr cdr adm sen rep gov prof rev hon brig big supt insp pvt
    pfc spc atty pres msgr messrs mme mlle mt vs v cf viz det ofc asst assoc reps sens govs drs profs
    gens e.g i.e
    """
)
"""A name or a second part always follows these."""
SUFFIXES = words_of(
    """
    jr sr esq inc ltd co corp bros plc llc etc al dept ave blvd rd st hwy univ ft est approx assn intl natl
    ph.d m.d b.a m.a
    """
)
"""These stand inside a name or end a sentence: the next word decides."""
CAPITALISED = words_of(
    """
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Ala Ariz
    Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn
    Tenn Tex Vt Va Wash Wis Wyo Ont Que
    """
)
"""Months, days and states; only as printed, since "sat", "mar" and "miss" are words."""
NUMBERED = words_of("no nos p pp vol ch fig art sec op ca c tel ext para jan feb mar apr jun jul aug")
"""Abbreviations before a number, ordinary words otherwise ("No. 5", "No. It is over.")."""
STARTERS = words_of(
    """
    A After Also Although An And As At Because Before Both But By Despite During Each Even Every For From He
    Her Here His How However I If In It Its Last Like Many Meanwhile More Most My No Now On Once One Only Or
    Other Others Our Over She Since So Some Such That The Their Then There These They This Those Though
    Through To Today Two Under Until We What When Where Whether Which While Who Why With Yet You Your
    They’re They're It’s It's That’s That's He’s He's She’s She's We’re We're There’s There's I’m I'm What’s
    What's
    """
)
CLOCK_AFTER = re.compile(
    r"(?:E|C|M|P|B|G)?[DS]?M?T\b|UTC\b|local\b|Eastern\b|Central\b|Pacific\b|Mountain\b|Greenwich\b"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day|\b)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
SAYING = re.compile(
    r"(?:(?:[A-Z][\w’'.-]*\s){1,4})(?:said|says|asked|asks|added|told|wrote|writes|wondered|tweeted|replied"
    r"|quipped|shouted|joked|cried|continued|explained|recalled|exclaimed)\b"
)


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of text[start:end] as (start, end) offsets into `text`: in order, disjoint, without
    surrounding white space, covering every other character, none longer than LONGEST."""
    return [
        piece
        for block in blocks(text, start, len(text) if end is None else end)
        for unit in _units(text, block)
        for sentence in _cut(text, unit)
        for piece in _bounded(text, sentence)
    ]


def blocks(text: str, start: int, end: int) -> list[list[Span]]:
    """The paragraphs of text[start:end], each as the spans of its lines; blank lines separate them."""
    found: list[list[Span]] = [[]]
    at = start
    for raw in text[start:end].splitlines(keepends=True):
        line = raw.strip()
        if line:
            first = at + len(raw) - len(raw.lstrip())
            found[-1].append((first, first + len(line)))
        elif found[-1]:
            found.append([])
        at += len(raw)
    return found if found[-1] else found[:-1]


def _units(text: str, block: list[Span]) -> Iterator[Span]:
    """The block's lines, with the lines that were only wrapped joined again."""
    width = max(60, *(end - start for start, end in block)) if len(block) > 1 else 0
    first = block[0][0]
    for (before, last), (start, end) in pairwise(block):
        if not _wrapped(text[before:last], text[start:end], width):
            yield first, last
            first = start
    yield first, block[-1][1]


def _wrapped(line: str, following: str, width: int) -> bool:
    """Whether a sentence may run on from `line` into `following`, `width` being the longest line around."""
    if LIST_ITEM.match(following) or line.startswith("#"):
        return False
    if following[0].islower() or line[-1] in ",;":
        return True
    # A wrapped line is one into which the next word would not have fitted.
    return width <= WRAPPED and len(line) + 1 + len(following.split()[0]) > 0.8 * width


def _cut(text: str, unit: Span) -> Iterator[Span]:
    """The sentences inside one run of text."""
    start, end = unit
    for stop in STOP.finditer(text, start, end):
        if stop.end() < end and _ends(text, start, stop, end):
            yield start, stop.end()
            start = stop.end()
            while text[start].isspace():
                start += 1
    if start < end:
        yield start, end


def _ends(text: str, start: int, stop: re.Match[str], end: int) -> bool:
    """Whether the sentence that began at `start` ends with this stop."""
    rest = text[stop.end() : min(end, stop.end() + 120)].lstrip()
    bare = rest.lstrip(OPENERS)
    if not bare or not rest[0].isprintable() or rest[0] in ".!?…,;:)]”’%&=":
        return False
    mark = stop.group()
    before = text[max(start, stop.start() - 40) : stop.start()]
    word = NEXT_WORD.match(bare)
    following = word.group() if word else ""
    if bare[0].islower() and not following[1:2].isupper():
        return False
    if mark[0] in "!?":
        return not (mark[-1] in "\"'”’" and (SAYING.match(bare) or bare[0] in "–—-"))
    token = TOKEN.search(before)
    last = token.group().lstrip("'’*_") if token else ""
    if mark.startswith(("...", "…")) and last and last == following:
        return False  # "I... I do not know"
    if mark.startswith(("..", "…")) or (mark[-1] in '"”’»' and last.lower() not in TITLES):
        return True
    return not _abbreviates(last, following, bare, stop.start() - start == len(last))


def _abbreviates(last: str, following: str, rest: str, at_start: bool) -> bool:
    """Whether the full stop after `last` marks an abbreviation and not the end of a sentence."""
    low = last.lower()
    starter = following in STARTERS
    if at_start and (last.isdigit() or len(last) == 1):
        return True  # "1. Apple" at the head of a list item
    if low in NUMBERED and following[:1].isdigit():
        return True
    if low in TITLES:
        return low != "v" or not starter
    if low in ("a.m", "p.m"):
        return bool(CLOCK_AFTER.match(rest)) or (not following[:1].isupper() and not starter)
    if re.fullmatch(r"[^\W\d_](?:[.-][^\W\d_]){1,5}", last):
        return not starter
    if len(last) == 1 and last.isupper():
        return not starter
    return (low in SUFFIXES or last in CAPITALISED) and not starter


def _bounded(text: str, span: Span) -> Iterator[Span]:
    """The span, cut where it is longer than anybody would quote."""
    start, end = span
    while end - start > LONGEST:
        space = max(text.rfind(" ", start + 1, start + LONGEST + 1), text.rfind("\n", start + 1, start + LONGEST + 1))
        stop = space if space > start else start + LONGEST
        yield start, start + len(text[start:stop].rstrip())
        start = stop
        while text[start].isspace():
            start += 1
    yield start, end


def passages(article: Article, words: int = 95) -> list[Passage]:
    """The article's body as passages of about `words` words: whole sentences, whole paragraphs where possible,
    never more than 150 words (at the default) unless one sentence is longer.

    Title and boilerplate are in no passage. Where passages begin depends only on nearby text: a paragraph
    whose checksum is the highest among its neighbours always begins one, and paragraphs are packed evenly
    between two such anchors. So an edit changes the passages around it and leaves the others as they were
    (the idea of content-defined chunking: https://pdos.csail.mit.edu/papers/lbfs:sosp01/lbfs.pdf).
    """
    made: list[Passage] = []
    for run in _runs(article):
        for segment in _segments(article.text, _paragraphs(article.text, run)):
            pieces: list[list[Sentence]] = []
            for paragraph in segment:
                whole = _count(article.text, paragraph) <= words * WORDS_LIMIT
                pieces += [paragraph] if whole else _pack(article.text, [[one] for one in paragraph], words)
            made += [Passage(p[0].start, p[-1].end, tuple(p)) for p in _pack(article.text, pieces, words)]
    return made


def _runs(article: Article) -> Iterator[list[Sentence]]:
    """Unbroken runs of body sentences: a passage is one span, so it cannot step over boilerplate."""
    run: list[Sentence] = []
    for sentence in article.sentences:
        if sentence.role == "body":
            run.append(sentence)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _paragraphs(text: str, run: list[Sentence]) -> list[list[Sentence]]:
    """The run by paragraphs; where it has no blank line, by lines."""
    gaps = [len(LINE_BREAK.findall(text, a.end, b.start)) for a, b in pairwise(run)]
    enough = min(2, max(gaps, default=0))
    grouped = [[run[0]]]
    for sentence, breaks in zip(run[1:], gaps, strict=True):
        if breaks >= enough > 0:
            grouped.append([])
        grouped[-1].append(sentence)
    return grouped


def _segments(text: str, paragraphs: list[list[Sentence]]) -> Iterator[list[list[Sentence]]]:
    """The paragraphs, divided before each anchor."""
    keys = [
        (crc32(text[p[0].start : p[-1].end].encode("utf-8", "surrogatepass")), n) for n, p in enumerate(paragraphs)
    ]
    start = 0
    for at in range(1, len(keys)):
        if keys[at] == max(keys[max(0, at - ANCHOR_REACH) : at + ANCHOR_REACH + 1]):
            yield paragraphs[start:at]
            start = at
    yield paragraphs[start:]


def _count(text: str, sentences: list[Sentence]) -> int:
    return sum(len(text[one.start : one.end].split()) for one in sentences)


def _pack(text: str, pieces: list[list[Sentence]], words: int) -> list[list[Sentence]]:
    """Neighbouring pieces joined into groups of even size, near `words` words."""
    counts = [_count(text, piece) for piece in pieces]
    target = sum(counts) / max(1, round(sum(counts) / words))
    packed: list[list[Sentence]] = []
    size = 0
    for piece, count in zip(pieces, counts, strict=True):
        if packed and size + count <= words * WORDS_LIMIT and size + count / 2 <= target:
            packed[-1].extend(piece)
            size += count
        else:
            packed.append(list(piece))
            size = count
    return packed
