"""Title, publication date, outlet and address, from what an article's file holds and from nothing else.

A date in the running text is about the events and says nothing of the day of publication, so only a head
(front matter, "Key: value" lines, a first line that begins with a date) or a line that is nothing but a date
counts. What is not there stays None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from index.readers.files import without_strays
from index.text.boilerplate import is_about_text, is_furniture
from index.text.dates import DATED_FIRST_LINE, date_of_line, parse_date
from index.text.outlets import DATELINE, find_outlet, is_head_line
from index.text.sentences import Span, blocks, words_of
from index.types import Extracted

LONGEST_TITLE = 200
"""Characters; a first line longer than this is a paragraph."""
FALLBACK_TITLE = 90
"""Characters of a title that is made from the first sentence."""
HEAD_LINES = 8
"""How many lines of a file can be its head: title, byline, date."""
LONGEST_HEAD = 65_536
"""Characters of front matter that are still read as such."""

KEYS = {
    **dict.fromkeys(("title", "headline"), "title"),
    **dict.fromkeys(("date", "published", "published_at", "publication_date", "pubdate"), "published"),
    **dict.fromkeys(("outlet", "source", "publisher", "site", "publication"), "outlet"),
    **dict.fromkeys(("url", "link"), "url"),
}

KEY_LINE = re.compile(r"\s*[\"']?(?P<key>[A-Za-z][A-Za-z_ -]{1,30}?)[\"']?\s*:\s+(?P<value>\S.*?)\s*\Z")
FENCED = re.compile(r"\s*---[ \t]*\r?\n(?P<yaml>.*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
HEADING = re.compile(r"#{1,2}[ \t]+(?P<title>.*?)[ \t]*#*\Z")

SMALL = words_of("a an and as at by for from in of on or the to with")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself, and where: `text[:body_start]` is head that is no sentence of the article,
    `title_span` the title's line in the text (None where the title stands in the head or nowhere)."""

    title: str | None = None
    title_span: Span | None = None
    published: str | None = None
    outlet: str | None = None
    url: str | None = None
    body_start: int = 0


def read_metadata(text: str, given: Extracted | None = None) -> Metadata:
    """What `text`, a whole file, says of itself; what its format says of it, `given`, goes before that.

    A text whose title stands outside of it has no head of its own: it begins with the story, and a story may begin
    with "Source: the ministry" or with a date.
    """
    told = _sane(given) if given else {}
    apart = "title" in told
    held, start = ({}, 0) if apart else _front_matter(text)
    held = {**held, **told}
    title, title_span, published = held.get("title"), None, held.get("published")
    lines = [line for block in blocks(text, start, min(len(text), start + 4000)) for line in block][:HEAD_LINES]
    if lines and not published and not apart:
        published, start = _dated_first_line(text, start, lines)
        if start > lines[0][0]:
            rest = (start, lines[0][1])
            lines = ([rest] if rest[0] < rest[1] else []) + lines[1:]
            title_span = rest if not title and _after_date(text, rest) else None
    title_span = title_span or _title_line(text, lines, title)
    if title_span and not title:
        title = _plain_title(text[slice(*title_span)])
    others = [text[slice(*line)] for line in lines if line != title_span]
    published = published or next(filter(None, map(date_of_line, others)), None)
    outlet = held.get("outlet") or find_outlet(text, start, others)
    return Metadata(title, title_span, published, outlet, held.get("url"), start)


def _sane(given: Extracted) -> dict[str, str]:
    """What the format says, as far as it can be what it is called."""
    told = {"title": given.title, "published": given.published, "outlet": given.outlet, "url": given.url}
    lines = {key: " ".join(value.split()) for key, value in told.items() if value}
    return {key: line for key, line in lines.items() if line and (key == "url" or len(line) <= LONGEST_TITLE)}


def fallback_title(sentence: str) -> str:
    """A title made from an article's first sentence: at most 90 characters, cut between words with "…"."""
    words = " ".join(sentence.split())
    dateline = DATELINE.match(words)
    if dateline and len(words) - dateline.end() > 20:
        words = words[dateline.end() :]
    if len(words) <= FALLBACK_TITLE:
        return words
    cut = words[: FALLBACK_TITLE - 1]
    if not words[FALLBACK_TITLE - 1].isspace() and " " in cut:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:–—-") + "…"


def _front_matter(text: str) -> tuple[dict[str, str], int]:
    """The known keys of a fenced head or of leading "Key: value" lines, and where the text goes on."""
    fenced = FENCED.match(text[:LONGEST_HEAD])
    if fenced:
        pairs = _yaml_pairs(fenced["yaml"]) or _line_pairs(fenced["yaml"].splitlines())
        if pairs:
            return _known(pairs), fenced.end()
    head = next(iter(blocks(text, 0, min(len(text), 4000))), [])
    pairs = _line_pairs([text[slice(*line)] for line in head])
    known = _known(pairs)
    sane = all(known.get(KEYS[key]) if key in KEYS else key == "author" for key, _ in pairs)
    if head and len(pairs) == len(head) and sane:
        return known, head[-1][1]
    return {}, 0


def _yaml_pairs(source: str) -> list[tuple[str, object]]:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    try:
        # The loader written in C overflows the stack, and so the process, on deep nesting.
        loaded: object = YAMLHandler().load(source, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        return []  # `title: Iraq: the end` is no YAML, and yet its lines can be read
    if not isinstance(loaded, dict):
        return []
    return [(key.lower(), value) for key, value in loaded.items() if isinstance(key, str)]


def _line_pairs(lines: Iterable[str]) -> list[tuple[str, object]]:
    found = (KEY_LINE.match(line) for line in lines)
    return [(m["key"].strip().lower().replace(" ", "_"), m["value"].strip("\"'")) for m in found if m]


def _known(pairs: Iterable[tuple[str, object]]) -> dict[str, str]:
    """The sane values of the keys we know, as strings; the first of each kind wins."""
    known: dict[str, str] = {}
    for key, value in pairs:
        kind = KEYS.get(key)
        if not kind or kind in known:
            continue
        printed = value.isoformat()[:10] if isinstance(value, date) else value
        if not isinstance(printed, str) or not (line := " ".join(without_strays(printed).split())):
            continue  # YAML's own escapes can make half of a surrogate pair
        sane = date_of_line(line) if kind == "published" else line if len(line) <= LONGEST_TITLE else None
        if kind == "url" and not re.match(r"https?://\S+\Z", line):
            sane = None
        if sane:
            known[kind] = sane
    return known


def _dated_first_line(text: str, start: int, lines: list[Span]) -> tuple[str | None, int]:
    """The date with which the first line begins, and where the text after it goes on."""
    first, last = lines[0]
    line = text[first:last]
    found = DATED_FIRST_LINE.match(line)
    if not found:
        return None, start
    rest = line[found.end() :]
    plain = (
        found["label"] or (found["mark"] or "").strip() in ("-", "–", "—", "|", ":") or found["date"][:4].isdigit()
    )
    # "December 9, 2021 was a Thursday" begins with a date and is a sentence about it.
    if rest and not (plain or (rest[0].isupper() and not found["mark"])):
        return None, start
    if rest and not found["label"] and not (rest[0].isupper() or not rest[0].isalpha()):
        return None, start
    published = parse_date(found["date"])
    return (published, first + found.end() if rest else last) if published else (None, start)


def _after_date(text: str, rest: Span) -> bool:
    """Whether what follows a date on the first line is a title: one line of its own, with text after it."""
    more = text[rest[1] :].strip()
    return 0 < rest[1] - rest[0] <= LONGEST_TITLE and bool(more)


def _title_line(text: str, lines: list[Span], known: str | None) -> Span | None:
    """The line of the head that is the title: a heading, or a plain line that reads like one."""
    for at, line in enumerate(lines):
        printed = text[slice(*line)]
        if known:
            if _plain_title(printed).casefold() == known.casefold():
                return line
            continue
        if HEADING.match(printed) and _plain_title(printed):
            return line
        following = lines[at + 1] if at + 1 < len(lines) else None
        if following and title_like(printed) and _set_apart(text, line, following) and _in_text(text, line):
            return line
        if len(printed.split()) > 4 and not is_head_line(printed):
            return None
    return None


def _in_text(text: str, line: Span) -> bool:
    """Whether the story takes up the line: a reporter's name on a line of its own looks like a headline in
    capitals, but the story does not mention it."""
    words = text[slice(*line)].split()
    if len(words) > 6 or any(word.islower() and word not in SMALL for word in words):
        return True
    lead = text[line[1] : line[1] + 1500].casefold()
    return any(word.casefold().strip(".,:") in lead for word in words if len(word) > 3 and word.lower() not in SMALL)


def title_like(line: str) -> bool:
    """Whether a line of its own reads like a title: short, some words, no full stop, no byline or date."""
    words = line.split()
    if (
        not 3 <= len(words) <= 25
        or len(line) > 150
        or is_head_line(line)
        or is_furniture(line)
        or is_about_text(line)
    ):
        return False
    if line[-1] in ".,;:!…–—-=*" or line.rstrip("\"'”’")[-1:] in (".", ","):
        return False
    return (line.lstrip("\"'“‘*_")[:1].isupper() or line[0].isdigit()) and any(len(word) > 3 for word in words)


def _set_apart(text: str, line: Span, following: Span) -> bool:
    """Whether a line is followed by a blank line, an underline, or a byline or date."""
    gap = text[line[1] : following[0]]
    after = text[slice(*following)]
    return len(gap.splitlines()) > 1 or set(after) <= {"="} or is_head_line(after)


def _plain_title(line: str) -> str:
    """The line without Markdown's marks."""
    heading = HEADING.match(line)
    bare = heading["title"] if heading else line
    return re.sub(r"\[([^\]]+)\]\([^)]*\)|(\*\*|__)", r"\1", " ".join(bare.split())).strip()
