"""Tells what a reader would skip from what an article says: navigation, captions, credits, notes on the text.

General features, no list of strings seen somewhere: how a line stands (alone, at either end of the file), how
it ends, whether it has a finite verb, whether it bids the reader do something with the page, whether it talks
about the text itself with words of editing, and whether its subject is the outlet. A story's own sentence
taken for boilerplate can never be an answer, so each rule asks for two features at least.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.outlets import describes_itself, is_head_line
from index.text.sentences import LINE_BREAK, Span


def _any(*alternatives: str) -> re.Pattern[str]:
    """One pattern of several, whatever the case except inside (?-i:...)."""
    return re.compile(f"(?:{'|'.join(alternatives)})", re.IGNORECASE)


_TEXT = "(?:story|article|report|piece|post|page|column|transcript|interview|dispatch|text|headline|essay|commentary)"
_EDITED = (
    "(?:updated|corrected|edited|condensed|abridged|shortened|summari[sz]ed|translated|amended|clarified"
    "|republished|reprinted|adapted|excerpted|syndicated|paraphrased|reworded|auto-?generated)"
)
_CAPITALISED = r"(?-i:[A-Z])[\w.’'-]*"
_PAGE = re.compile(
    r"\b(?:newsletters?|e-?mails?|inbox|apps?|notifications?|alerts?|account|podcasts?|subscription|subscribers?"
    r"|website|site|link|page|facebook|twitter|instagram|youtube|whatsapp|telegram|tiktok|linkedin|here|comments?"
    r"|article|story|stories|conversation|updates?|headlines|coverage|gallery|photos|video|livestream|cookies)\b",
    re.IGNORECASE,
)
"""What belongs to a page and not to an event."""
NOTE = _any(
    rf"(?:this|the) (?:\w+ )?{_TEXT} (?:has been|has since been|was|is|will be)(?: \w+)? {_EDITED}\b",
    rf"(?:an? )?(?:earlier|previous|original|prior|longer|shorter) version of (?:this|the) (?:\w+ )?{_TEXT}\b",
    rf"a version of (?:this|the) (?:\w+ )?{_TEXT} (?:was )?(?:first |originally )?(?:appear|ran|publish)",
    rf"this (?:\w+ )?{_TEXT} (?:was )?(?:originally |first )(?:appeared|published|ran|produced)\b",
    rf"this (?:\w+ )?{_TEXT} (?:is )?(?:adapted from|based on an? (?:press|news) release|contains affiliate)\b",
    rf"this is an? (?:\w+ )?(?:{_EDITED}|breaking|developing)(?: news)?"
    rf" (?:version|{_TEXT}|summary|excerpt|copy|translation|information)\b",
    rf"this is an? (?:\w+ )?(?:version|summary|excerpt|translation|transcript|reprint)"
    rf" of (?:the|this|an?) (?:\w+ )?(?:{_TEXT}|information|original|conversation)\b",
    r"the (?:views|opinions) expressed (?:\w+ )?(?:here|in this|by the author|are|herein)\b",
    r"(?:with )?(?:(?:additional |contributing )?reporting|editing|writing|compiled|edited|translated|photography"
    rf"|photos?|graphics?|illustrations?) by {_CAPITALISED}"
    rf"(?:[ ,;&]+(?:{_CAPITALISED}|and|in|for|of|the|editing|writing|additional|reporting|by))*\W*\Z",
    r"(?:contribut(?:ing|ors?|ed by)|corrections?|clarification|disclaimer)\s*:",
    r"(?:editor|author|publisher)s?[’']?s?[’']? note\s*:",
)
"""A text that speaks of itself, with a word of editing."""
CONTRIBUTED = _any(
    rf"\bcontributed (?:(?:additional )?reporting\b|to this (?:\w+ )?{_TEXT}\b|to the {_TEXT}\W*\Z)",
    rf"\b{_TEXT} contributed by\b",
)
RIGHTS = _any(
    r"\ball rights reserved\b",
    r"\A(?:©|\(c\)\s*\d{4}|copyright\b\W*(?:\d{4}|by|©))",
    r"\b(?:may|must) not be (?:published|reproduced)[\w, ]*\b(?:broadcast|rewritten|redistributed|permission)\b",
)
_OF_RIGHTS = ("rights reserved", "not be", "©", "(c)", "copyright")
"""Without one of these RIGHTS does not match: a search through a whole sentence takes a hundred times as long."""
BIDDING = _any(
    r"(?:sign (?:up|in)|subscribe|log ?in|register|click|tap|follow|share|join|download|bookmark|scroll|swipe)\b",
    r"(?:read|see|watch|listen|view|check out|get|visit|find|contact|e-?mail|reach|support|donate|leave|post)\b",
    r"(?:already a|not a|having trouble|create an?|manage)\b",
)
"""Imperatives, which news seldom begins with."""
BIDDING_TO_PAGE = _any(
    r"(?:please )?sign up (?:for|to|here)\b|subscribe (?:to|for|now|here|today)\b|log ?in to\b|join our\b",
    r"click (?:here|on|the)\b|tap here\b|read (?:more|the full|next|also)\b|visit our\b|download (?:our|the)\b",
    r"(?:follow|like) us\b|follow (?:our|the latest)\b|share (?:this|on|your)\b|you can follow\b",
    r"follow \S+(?: \S+){0,3} on (?:twitter|facebook|instagram|x|youtube)\b",
    r"e-?mail (?:us|him|her|them|the)\b|(?:contact|reach) (?:us|him|her|them|the|\S+(?: \S+){0,3}) at\b",
    r"(?:scroll|swipe) (?:down|up|through|for)\b|have a (?:news )?tip\b|by (?:signing|clicking|subscribing)\b",
    r"get (?:the latest|our|breaking|unlimited|more)\b.*\b(?:inbox|newsletter|app|delivered)\b",
)
LABEL = _any(
    r"(?:read(?: more| also| next)?|more|related(?: \w+)?|see also|also read|watch|listen|recommended)\s*[:|»›>]",
    r"(?:don[’']t miss|must[- ]reads?|more (?:from|on|in) .{2,30}|live updates?|explainer|opinion)\s*[:|»›>]",
    r"(?:photos?|gallery|video|sponsored|advertisement|tags?|topics?|filed under|categories|share|source)\s*[:|»›>]",
)
_ITEMS = "(?:news|stories|articles|headlines|posts|videos|reading|coverage|topics)"
NAVIGATION = _any(
    r"(?:load|show|see|view|read|find out|learn|discover|explore|watch|hear|get) (?:more|all|next|less|the full \w+)",
    rf"(?:in )?(?:other|related|more|latest|top|trending|recent|popular|similar|recommended) {_ITEMS}",
    r"most (?:read|popular|viewed|shared)|recommended for you|you (?:may|might) also like|more from .{2,40}",
    r"(?:story|article) continues (?:below|after).{0,30}|continue reading.{0,40}|back to (?:top|home).{0,20}",
    r"advertise(?:ment)?|sponsored(?: content)?|skip (?:to|advertisement|ad\b).{0,30}",
    r"(?:previous|next) (?:article|story|post|page)|share (?:this|on|via).{0,40}",
    r"(?:share|comments?|print|copy link|follow|menu|search|home|close|subscribe|newsletters?|related|trending)",
    r"privacy policy|terms of (?:use|service)|watch live|listen now|sign (?:in|up)|log in",
    r"\d+ (?:comments?|shares?)|\d+ min(?:ute)?s? read|(?:video|photo|image) (?:unavailable|gallery|not available)",
)
"""The whole of a short line, as pages word their buttons and headings."""
GLUED_LABEL = re.compile(r"[^\s:][^:]{1,58}[\w’”'\"!?)]:(?=[A-Z‘“'\"])")
"""A label that a link was glued to: "THE VOTE:Why it matters"."""
PLAYER = re.compile(r"\bwatch(?:ed)?\b.*\b\d{1,2}:\d{2}\Z", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"(?:https?://|www\.)\S+\Z|\S+@\S+\.\w+\Z")
_PICTURE = "(?i:photo|image|picture|illustration|graphic)"
CREDIT = re.compile(
    r"(?:^|[\s(])(?:[A-Z][\w.’'-]+ ){0,3}[A-Z][\w.’'-]+/[A-Z][\w.&’'-]+(?:[ /][A-Z][\w.&’'-]*){0,5}\)?\Z"
    rf"|\b[A-Z][\w.’/-]* (?:(?:file |handout |courtesy )?{_PICTURE}s?|(?i:photo) via .{{2,30}})\)?\Z"
    rf"|(?:\(|\b)(?:{_PICTURE}|(?i:credit|video|courtesy))s?(?: credit)?"
    r"(?:\s?[:|/]\s?| by | courtesy (?:of )?| via | from | of )[A-Z@][^.!?]{1,60}\)?\Z"
)
LEADING_CREDIT = re.compile(
    r"(?:[A-Z][\w.’'-]+ ){1,3}[A-Z][\w’'-]+/(?:[A-Z]\w+/)?"
    r"(?:AP|AFP|EPA|Getty|Reuters|Shutterstock|Sipa|Pool|Alamy|CNN)\b"
)
FINITE = _any(
    r"\b(?:is|are|was|were|be|has|have|had|will|would|can|could|may|might|must|should|shall|do|does|did)\b",
    r"\b(?:says?|said|told|went|came|made|took|got|goes|\w{3,}ed)\b",
    r"\b(?:isn|aren|won|don)[’']t\b|\b(?:i[’']m|it[’']s|that[’']s|we[’']re|they[’']re)\b",
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
    if ADDRESS.match(bare) or (words <= 8 and NAVIGATION.fullmatch(bare.rstrip(" .:…!"))):
        return True
    if LEADING_CREDIT.match(line) or PLAYER.search(line):
        return True
    if is_head_line(line) and (before < 8 or after < 3):
        return True
    if FINAL.search(line):
        return words <= 60 and bool(BIDDING_TO_PAGE.match(bare)) and bool(_PAGE.search(bare))
    if words <= 30 and (LABEL.match(bare) or GLUED_LABEL.match(bare) or BIDDING_TO_PAGE.match(bare)):
        return True
    return words <= 12 and _bids(bare)


def _bids(line: str) -> bool:
    return bool(BIDDING.match(line) and _PAGE.search(line) and not FINITE.search(line))


def is_about_text(sentence: str) -> bool:
    """Whether a sentence speaks of the text, its rights or its reporters, or bids the reader use the page."""
    bare = sentence.lstrip("*_([#>-–—• ")
    low = bare.lower()
    if NOTE.match(bare) or (any(word in low for word in _OF_RIGHTS) and RIGHTS.search(bare)):
        return True
    if "contributed" in low and CONTRIBUTED.search(bare) and len(bare.split()) <= 40:
        return True
    return bool(BIDDING_TO_PAGE.match(bare) and _PAGE.search(bare))


def _captioned(text: str, line: Sequence[Span]) -> bool:
    """Whether a line is a picture's caption: it ends in a credit and not in a full stop."""
    whole = text[line[0][0] : line[-1][1]]
    if len(whole.split()) > 70 or FINAL.search(whole) or whole[0] in "•-*":
        return False
    last = text[slice(*line[-1])]
    if CREDIT.search(last):
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
