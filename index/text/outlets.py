"""Who speaks: bylines, datelines, and the outlet as the article itself names it.

An outlet named in the running text is a source of the story ("according to the Washington Post"), so only
these count: the head's lines, the closing lines in which an outlet describes itself or claims its rights, and
the one who asked for comment.
"""

from __future__ import annotations

import re

from index.text.dates import DATE_LINE
from index.text.sentences import blocks, split_sentences, words_of

BYLINE = re.compile(r"(?i:by|from|story by|written by|reported by)[: ]\s*(?P<who>[^\W\d_a-z].{1,120})\Z")
JOB = re.compile(
    r"^(?:staff|wire|agenc(?:y|ies))(?: and (?:staff|wire|agenc(?:y|ies)))? reports?$|^(?:special|exclusive"
    r"|exclusively) (?:for|to) (?:the )?[A-Z]|^(?:staff|guest|contributing|chief|senior|[A-Z][a-z]+)"
    r" (?:reporter|writer|correspondent|editor|columnist|contributor)$|^opinion (?:columnist|contributor)",
    re.IGNORECASE,
)
_NAME = r"(?:[A-Z][\w.&’'-]*|of|the|and|&|for|de|du)"
NAME = re.compile(rf"(?:[Tt]he )?[A-Z0-9][\w.&’'-]*(?: {_NAME}){{0,6}}\Z")
NEWS_WORDS = words_of(
    """
    Press News Newsday Newspaper Times Post Journal Herald Tribune Gazette Guardian Today TODAY Daily Weekly
    Chronicle Magazine Telegraph Observer Standard Examiner Inquirer Dispatch Register Sentinel Star Courier Mail
    Mirror Express Bulletin Globe Monitor Review Broadcasting Radio Television TV Network Media Wire Agency Agence
    Jazeera Axios Politico Newsweek Reuters Bloomberg AP AFP UPI CNN BBC NBC CBS ABC NPR PBS MSNBC CNBC ANI PTI
    Xinhua TASS Interfax
    """
)
"""Words of which an outlet's name usually has one: how a name after a byline's comma is told from a job."""
JOB_WORDS = words_of(
    "staff writer reporter correspondent editor senior special contributing and for of the in at van de"
)
ABOUT_ITSELF = re.compile(
    r"(?P<name>(?:The )?[A-Z][\w.&’'-]*(?: [A-Z&][\w.&’'-]*| of| the| and){0,6}),? is (?:an?|the)"
    r"(?: [\w’'.-]+,?){0,6}? (?:newspaper|magazine|newswire|wire service|newsroom|publication|broadcaster|news"
    r"|news (?:agency|outlet|site|organi[sz]ation|service|website|channel|network|portal|blog|company))\b"
    r"(?!.*,\s(?:and|but|which|so)\b)"
)
SECTION = re.compile(r"(?: (?:Brief News|News Briefs?|News ?Desk|Newsroom|Staff|Web Desk|Editorial Team|Online))\Z")
ASKED_FROM = re.compile(
    r"\b(?:respond(?:ed)?|repl(?:y|ied)|return(?:ed)?|answer(?:ed)?|acknowledged?)\b[^.!?“”]{0,40}?"
    r"\b(?:requests?|inquir(?:y|ies)|enquir(?:y|ies)|calls?|messages?|e-?mails?)"
    r" (?:for|seeking)(?: further| additional)? (?:a )?comments? from "
    r"(?P<name>(?:[Tt]he )?[A-Z][\w&-]*(?: [A-Z&][\w&-]*){0,4})(?![’'\w])"
)
DATELINE = re.compile(
    r"(?=[A-Z(])(?:(?:[A-Z][\w.’'-]*|\d{1,2})(?:, ?| |(?=\()))"
    r"{0,6}(?:\((?P<agency>[A-Z][\w .&-]{1,30})\)\s*)?[–—-]{1,2}\s"
)
_AGENCY_AHEAD = re.compile(r"\A(?:[A-ZÀ-Þ][\w.’'-]*,?\s){0,6}(?P<agency>\([A-Z][\w .&-]{1,30}\))\s")
"""Who reports, in brackets behind the place where a sentence begins with one: "Oslo, Norway (NTB) "."""
DATELINE_ALONE = re.compile(
    r"(?P<place>[A-Z][a-z][\w., ’'-]*\s)?(?P<name>[A-Z]{2,5}(?: [A-Z]\w+){0,2})\s*[–—-]{1,2}\Z"
)
COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright)[\s©]*(?:\(c\)\s*)?(?:\d{4}(?:\s*[-–]\s*\d{4})?)?,?\s*(?:by )?"
    r"(?P<name>[A-Z][^.,|©\d]{1,60}?)"
    r"\s*(?:[.,|]|all rights|inc\b|llc\b|ltd\b|\Z)",
    re.IGNORECASE,
)
PLACES = words_of("US UK UN EU UAE LA DC NYC NY USA")


def agency_ahead(sentence: str) -> range:
    """Where a sentence says in brackets who reports, behind the place it begins with; empty where it does not."""
    match = _AGENCY_AHEAD.match(sentence)
    return range(*match.span("agency")) if match else range(0)


def is_head_line(line: str) -> bool:
    """Whether a line says who wrote the article or when: a byline, a date, a dateline of its own."""
    short = len(line) <= 150 and line[-1] not in ".?!"
    byline = BYLINE.match(line) if short and len(line.split()) <= 14 else None
    if (byline and _byline_names(byline["who"])) or (short and (JOB.search(line) or _names_only(line))):
        return True
    return bool(DATE_LINE.match(line) or DATELINE_ALONE.match(line))


def _byline_names(who: str) -> bool:
    """Whether what follows "By" is names and jobs, and not the rest of a sentence."""
    return all(word[0].isupper() or word.strip(",") in JOB_WORDS or not word[0].isalpha() for word in who.split())


def _names_only(line: str) -> bool:
    """Whether a line lists people or outlets: two names and more, or one name that ends like an outlet's."""
    words = line.replace(",", " ").split()
    site = re.compile(r"\w+\.(?:com|org|net)")
    if not all(word[0].isupper() or word in ("and", "|") or site.fullmatch(word) for word in words):
        return False
    parts = re.split(r"\s*[,|]\s*(?:and )?| and ", line)
    if len(parts) == 1:
        return 2 <= len(words) <= 5 and words[-1] in NEWS_WORDS
    return all(2 <= len(part.split()) <= 4 or _of_news(part) or "." in part for part in parts)


def _of_news(name: str) -> bool:
    return not NEWS_WORDS.isdisjoint(name.split())


def find_outlet(text: str, start: int, head: list[str]) -> str | None:
    """The outlet as the article names it: head, dateline, its own closing lines, or who asked for comment."""
    for line in head:
        for name in (_bylined(line), _datelined(line)):
            if name:
                return name
    for block in blocks(text, max(start, len(text) - 2000), len(text))[-3:]:
        for span in split_sentences(text, block[0][0], block[-1][1])[-2:]:
            sentence = text[slice(*span)]
            name = describes_itself(sentence) if text[span[1] :].count(".") <= 3 else None
            if name or (name := _copyright(sentence)):
                return name
    asked = {match["name"] for match in ASKED_FROM.finditer(text, start)}
    return _named(asked.pop()) if len(asked) == 1 else None


def _bylined(line: str) -> str | None:
    found = BYLINE.match(line) if is_head_line(line) else None
    parts = re.split(r"\s*(?:,|\||/|–|—| for )\s*", found["who"]) if found else []
    return next((name for part in parts[1:] if (name := _named(part)) and _of_news(name)), None)


def _datelined(line: str) -> str | None:
    alone = DATELINE_ALONE.match(line)
    if alone:
        # "PARIS —" is a place; an outlet alone has three letters at most or stands after the place.
        outlet = alone["name"] not in PLACES and (alone["place"] or len(alone["name"].split()[0]) <= 3)
        return alone["name"] if outlet else None
    found = DATELINE.match(line)
    return _named(found["agency"]) if found and found["agency"] else None


def describes_itself(sentence: str) -> str | None:
    """The outlet of which the sentence says that it is a newspaper, an agency or the like."""
    found = ABOUT_ITSELF.match(sentence)
    return _named(SECTION.sub("", found["name"])) if found else None


def _copyright(sentence: str) -> str | None:
    found = COPYRIGHT.search(sentence)
    return _named(found["name"]) if found else None


def _named(name: str) -> str | None:
    """The name, if it looks like one."""
    name = " ".join(name.split()).strip(" .,:;")
    return name if 2 <= len(name) <= 60 and NAME.match(name) else None
