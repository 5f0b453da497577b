"""Tells what a reader would skip from what an article says: navigation, captions, credits, notes on the text.

General features, no list of strings seen somewhere: how a line stands (alone, at either end of the file), how
it ends, whether it has a finite verb, whether it bids the reader do something with the page, whether it talks
about the text itself with words of editing, and whether its subject is the outlet. A story's own sentence
taken for boilerplate can never be an answer, so each rule asks for two features at least.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.outlets import describes_itself, is_head_line
from index.sentences import LINE_BREAK, Span

_TEXT = (
    r"(?:story|article|report|piece|post|page|column|transcript|interview|dispatch|text|headline|essay"
    r"|commentary)"
)
_EDITED = (
    r"(?:updated|corrected|edited|condensed|abridged|shortened|translated|amended|clarified|republished"
    r"|reprinted"
    r"|adapted|excerpted|syndicated|auto-?generated|machine-?translated|paraphrased|reworded)"
)
NOTE = re.compile(
    rf"(?:a version of (?:this|the) (?:\w+ )?{_TEXT} (?:was )?(?:first |originally )?(?:appear|ran|publish)"
    rf"|(?:this|the) (?:\w+ )?{_TEXT} (?:has been|was|is|has since been|will be)(?: \w+)? {_EDITED}\b"
    rf"|(?:a |an )?(?:earlier|previous|original|prior|longer|shorter) version of (?:this"
    rf"|the) (?:\w+ )?{_TEXT}\b"
    rf"|an? (?:earlier|previous|longer|shorter|slightly different|different) version of this\b"
    rf"|this (?:\w+ )?{_TEXT} (?:was )?(?:originally |first )(?:appeared|published|ran|produced)\b"
    rf"|this (?:\w+ )?{_TEXT} (?:is )?(?:part of|adapted from|based on an? (?:press|news) release"
    rf"|contains affiliate)\b"
    rf"|this is an? (?:\w+ )?(?:{_EDITED}|summari[sz]ed|breaking|developing)"
    rf"(?: news)? (?:version|{_TEXT}|summary|excerpt|copy|translation|information)\b"
    rf"|this is an? (?:\w+ )?(?:version|summary|excerpt|translation|transcript|reprint) of (?:the|this"
    rf"|an?) (?:\w+ )?"
    rf"(?:{_TEXT}|information|original|conversation)\b"
    rf"|this {_TEXT} (?:is|was) (?:intended|provided|brought|sponsored|supplied|produced|written|generated)\b"
    rf"|the (?:views|opinions) expressed (?:\w+ )?(?:here|in this|by the author|are|herein)\b"
    rf"|(?:with )?(?:additional |contributing )?reporting by [A-Z]"
    rf"|(?:editing|writing|compiled|edited|translated|photos?|photography|graphics?|illustrations?|video"
    rf"|produced) by [A-Z]"
    rf"|(?:contribut(?:ing|ors?|ed by)|(?:editor|author|publisher)[’']?s?[’']? note|corrections?"
    rf"|clarification|disclaimer)\s*:"
    rf")",
    re.IGNORECASE,
)
CONTRIBUTED = re.compile(
    rf"\bcontributed (?:(?:additional )?reporting\b|to this (?:\w+ )?{_TEXT}\b|to the {_TEXT}\W*\Z)"
    rf"|\b{_TEXT} contributed by\b",
    re.I,
)
RIGHTS = re.compile(
    r"\ball rights reserved\b|^(?:©|\(c\)\s*\d{4}|copyright\b\W*(?:\d{4}|by|©))|\b(?:may"
    r"|must) not be (?:published|reproduced)"
    r"[\w, ]*\b(?:broadcast|rewritten|redistributed|permission)\b",
    re.IGNORECASE,
)
PAGE = (
    r"(?:newsletters?|e-?mails?|inbox|apps?|notifications?|alerts?|account|podcasts?|subscription"
    r"|subscribers?|website|site"
    r"|link|page|facebook|twitter|instagram|youtube|whatsapp|telegram|tiktok|linkedin|here|comments?"
    r"|article|story|stories"
    r"|conversation|updates?|headlines|coverage|gallery|photos|video|livestream|browser|cookies|feed)"
)
BIDDING = re.compile(
    r"(?:sign up|sign in|subscribe|log ?in|register|click|tap|follow|like us|share|join|download|bookmark"
    r"|scroll|swipe"
    r"|read|see|watch|listen|view|check out|get|visit|find|contact|e-?mail|reach|support|donate|leave|post"
    r"|enable|accept"
    r"|already a|not a|having trouble|create an?|manage|try)\b",
    re.IGNORECASE,
)
BIDDING_TO_PAGE = re.compile(
    r"(?:please )?(?:sign up (?:for|to|here)|subscribe (?:to|for|now|here|today)|log ?in to|click (?:here"
    r"|on|the)|tap here"
    r"|follow (?:us|our|the latest|\S+(?: \S+){0,3} on (?:twitter|facebook|instagram|x\b|youtube))|like us"
    r"|join our"
    r"|download (?:our|the)|share (?:this|on|your)|e-?mail (?:us|him|her|them|the)\b|(?:contact"
    r"|reach) (?:us|him|her|them|the"
    r"|\S+(?: \S+){0,3}) at|read (?:more|the full|next|also)|(?:scroll|swipe) (?:down|up|through|for)"
    r"|visit our|you can follow"
    r"|have a (?:news )?tip\b|get (?:the latest|our|breaking|unlimited|more)\b.*\b(?:inbox|newsletter|app"
    r"|delivered)|by (?:signing"
    r"|clicking|subscribing|submitting))\b",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"(?:read(?: more| also| next)?|more|related(?: \w+)?|see also|also read|watch|listen|don[’']t miss"
    r"|must[- ]reads?|recommended"
    r"|more (?:from|on|in) .{2,30}|photos?|gallery|video|live updates?|opinion|explainer|sponsored"
    r"|advertisement|tags?|topics?"
    r"|filed under|categories|share|source)\s*[:|»›>]",
    re.IGNORECASE,
)
NAVIGATION = re.compile(
    r"(?:(?:load|show|see|view|read|find out|learn|discover|explore|watch|hear|get) (?:more|all|next|less"
    r"|the full \w+)"
    r"|(?:in )?(?:other|related|more|latest|top|trending|recent|popular|similar|recommended) (?:news"
    r"|stories|articles|headlines"
    r"|posts|videos|reading|coverage|topics)|most (?:read|popular|viewed|shared)|recommended for you"
    r"|you (?:may|might) also like"
    r"|more from .{2,40}|(?:story|article) continues (?:below|after).{0,30}|continue reading.{0,40}"
    r"|advertise(?:ment)?|sponsored"
    r"(?: content)?|skip (?:to|advertisement|ad\b).{0,30}|back to (?:top|home).{0,20}|(?:previous"
    r"|next) (?:article|story|post|page)"
    r"|(?:share|comments?|print|copy link|follow|menu|search|home|close|subscribe|privacy policy"
    r"|terms of (?:use|service)|newsletters?"
    r"|related|trending|advertisement|watch live|listen now|read more|sign (?:in|up)|log in)(?: \d+)?"
    r"|\d+ (?:comments?|shares?)"
    r"|\d+ min(?:ute)?s? read|share (?:this|on|via).{0,40}|(?:video|photo|image) (?:unavailable|gallery"
    r"|not available))\W*\Z",
    re.IGNORECASE,
)
GLUED_LABEL = re.compile(r"[^\s:](?:[^:]{1,58})[\w’”'\"!?)]:(?=[A-Z‘“'\"])(?!//)")
PLAYER = re.compile(r"\bwatch(?:ed)?\b.*\b\d{1,2}:\d{2}\Z", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z|\S+@\S+\.\w+\Z")
CREDIT = re.compile(
    r"(?:^|[\s(])(?:[A-Z][\w.’'-]+ ){0,3}[A-Z][\w.’'-]+/[A-Z][\w.&’'-]+(?:[ /][A-Z][\w.&’'-]*){0,5}\)?\Z"
    r"|\b[A-Z][\w.’/-]* (?:(?:file |handout |courtesy )?(?:photo|image|picture|illustration|graphic)s?"
    r"|photo via .{2,30})\)?\Z"
    r"|(?:\(|\b)(?:photo|image|picture|credit|illustration|video|graphic|courtesy)s?(?: credit)?"
    r"(?:\s?[:|/]\s?| by | courtesy (?:of )?| via | from | of )[A-Z@][^.!?]{1,60}\)?\Z",
    re.IGNORECASE,
)
LEADING_CREDIT = re.compile(
    r"(?:[A-Z][\w.’'-]+ ){1,3}[A-Z][\w’'-]+/(?:[A-Z]\w+/)?(?:AP|AFP|EPA|Getty|Reuters|Shutterstock|Sipa"
    r"|Pool|Alamy|CNN)\b"
)
CASED = re.compile(
    r"[A-Z][\w.’'-]*/[A-Z]|\b[A-Z][\w.’/-]+ (?:\w+ )?(?i:photo|image|picture|illustration|graphic)"
    r"|(?i:photo|image|credit)"
)
FINITE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|had|will|would|can|could|may|might|must|should|shall|do|does|did"
    r"|says?|said|told"
    r"|isn[’']t|aren[’']t|won[’']t|don[’']t|i[’']m|it[’']s|that[’']s|we[’']re|they[’']re|\w{3,}ed|went|came"
    r"|made|took|got|goes)\b",
    re.IGNORECASE,
)
LONGEST_LINE = 600
"""Characters; nothing around an article has longer lines."""
FINAL = re.compile(r"[.!?…][\"'”’»)\]*_]*\Z")
QUOTED = "\"'“‘«"


def find_boilerplate(text: str, spans: Sequence[Span], outlet: str | None) -> set[int]:
    """The numbers of those `spans`, the sentences after the title in order, that are boilerplate."""
    lines = _lines(text, spans)
    flagged: set[int] = set()
    for at, line in enumerate(lines):
        start, end = spans[line[0]][0], spans[line[-1]][1]
        near_end = len(lines) - 1 - at
        if is_furniture(text[start:end], at, near_end) or _captioned(text, [spans[n] for n in line]):
            flagged.update(line)
            continue
        for n in line:
            left = len(spans) - 1 - n
            if _is_note(text[slice(*spans[n])], left, near_end, outlet):
                flagged.add(n)
    return flagged | _fringe(text, spans, lines, flagged)


def _lines(text: str, spans: Sequence[Span]) -> list[list[int]]:
    """The numbers of the spans, grouped by the lines of the file."""
    grouped: list[list[int]] = []
    for n, (start, _) in enumerate(spans):
        if n and not LINE_BREAK.search(text, spans[n - 1][1], start):
            grouped[-1].append(n)
        else:
            grouped.append([n])
    return grouped


def is_furniture(line: str, before: int = 0, after: int = 0) -> bool:
    """Whether a whole line is part of the page around the article; `before` and `after` count the other lines."""
    bare = line.strip("*_#>[]|-–—•·►▶ \t")
    if not any(character.isalnum() for character in line):
        return True
    if len(line) > LONGEST_LINE:
        return False
    words = len(bare.split())
    if ADDRESS.match(bare) or (words <= 8 and NAVIGATION.match(bare)):
        return True
    if is_head_line(line) and (before < 8 or after < 3):
        return True
    if FINAL.search(line):
        return (
            words <= 60 and bool(BIDDING_TO_PAGE.match(bare)) and bool(re.search(rf"\b{PAGE}\b", bare, re.IGNORECASE))
        )
    if words <= 30 and (LABEL.match(bare) or GLUED_LABEL.match(bare) or BIDDING_TO_PAGE.match(bare)):
        return True
    return bool(PLAYER.search(line)) or (words <= 12 and _bids(bare))


def _bids(line: str) -> bool:
    return bool(BIDDING.match(line) and re.search(rf"\b{PAGE}\b", line, re.IGNORECASE) and not FINITE.search(line))


def is_about_text(sentence: str) -> bool:
    """Whether a sentence speaks of the text, its rights or its reporters, or bids the reader use the page."""
    bare = sentence.lstrip("*_([#>-–—• ")
    if NOTE.match(bare) or RIGHTS.search(bare) or (CONTRIBUTED.search(bare) and len(bare.split()) <= 40):
        return True
    return bool(BIDDING_TO_PAGE.match(bare) and re.search(rf"\b{PAGE}\b", bare, re.IGNORECASE))


def _captioned(text: str, line: Sequence[Span]) -> bool:
    """Whether a line is a picture's caption: it ends in a credit and not in a full stop."""
    whole = text[line[0][0] : line[-1][1]]
    if len(whole.split()) > 70:
        return False
    if FINAL.search(whole):
        return LEADING_CREDIT.match(whole) is not None
    last = text[slice(*line[-1])]
    if CREDIT.search(last) and CASED.search(last):
        return True
    # "... where they live. CNN": after a full stop, capitals alone.
    return len(line) > 1 and re.fullmatch(r"[A-Z][A-Z/]{1,5}(?: [A-Z][\w/]+)?", last) is not None


def _is_note(sentence: str, left: int, near_end: int, outlet: str | None) -> bool:
    """Whether a sentence speaks of the text or of the outlet; `left` sentences and `near_end` lines follow."""
    if sentence[0] in QUOTED or len(sentence.split()) > 60:
        return False
    if is_about_text(sentence):
        return True
    return (
        left < 2
        and near_end < 2
        and (name := describes_itself(sentence)) is not None
        and name in (outlet, f"The {outlet}")
    )


def _fringe(text: str, spans: Sequence[Span], lines: list[list[int]], flagged: set[int]) -> set[int]:
    """Short lines without verb or full stop before the article's first sentence and after its last one."""
    whole = [(line, text[spans[line[0]][0] : spans[line[-1]][1]]) for line in lines if not flagged.issuperset(line)]
    head = _stubs(whole[:4])
    tail = _stubs(whole[:-6:-1])
    return {n for line in (*head, *tail) for n in line}


def _stubs(lines: Sequence[tuple[list[int], str]]) -> list[list[int]]:
    """The lines before the first whole sentence, if it comes soon. A list that the article itself announces
    with a colon, or a long one, is its own."""
    found: list[list[int]] = []
    for numbers, line in lines:
        if FINAL.search(line):
            return found
        if len(line.split()) > 5 or FINITE.search(line) or line[-1] in ":,;":
            return []
        found.append(numbers)
    return []
