"""Questions that leave words out: put back from the question before, or from what the conversation is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from index.text.sentences import words_of
from rag.attribution.person_words import PERSON_NOUNS
from rag.question.memory import DEFINES, Memory, known
from rag.question.phrases import Phrase, closed, content, phrases, singular, tokens
from rag.question.places import place
from rag.question.word_classes import AUXILIARIES, GENERIC, PREPOSITIONS, SUBJECTS

POINTED = re.compile(r"(?:that|those|the ones?)\s+(?=(?:of|in|at|from|for)\s)", re.IGNORECASE)
"""What the phrase behind it needs no more than "and": "And that of Iran?"."""
_OWNED = re.compile(r"(?:the\s+)?(?P<owner>[A-ZÀ-Þ][\w.-]*(?:\s[A-ZÀ-Þ][\w.-]*)*)['’]s?\s+(?P<thing>.+)")
_WHO = re.compile(r"who\b", re.IGNORECASE)
_OWNING = re.compile(r"['’]s?$")
_PLACE = words_of("in at near from to around across inside outside")
_BARE = re.compile(
    r"(?P<why>why|how come|why (?:so|not)|why (?:is|was|are|were|did) (?:that|this|it|they)(?: so| happen)?)"
    r"|(?P<when>(?:since |until |by )?when|when (?:was|is|did) (?:that|this|it)(?: happen(?:ed)?| be)?"
    r"|(?:in )?(?:what|which) (?:year|month)(?: (?:was|is) (?:that|this|it))?|how long ago(?: was (?:that|this|it))?)"
    r"|(?P<where>where|where (?:was|is|did) (?:that|this|it)(?: happen| take place)?)"
    r"|(?P<how>how|how so|how (?:was|is|did) (?:that|this|it)(?: happen| done)?)"
    r"|(?P<said>(?:and )?who (?:said|says|claims|claimed|announced|reported|told (?:you|us)) (?:that|this|it|so)"
    r"|who says|says who|according to whom?|who was (?:that|it)"
    r"|whose (?:words|quote) (?:is|are|was|were) (?:that|this|it|those))"
    r"|(?P<true>really|is (?:that|this|it) (?:true|so|right|correct)|are you sure)"
    r"|(?P<more>tell me more|more|go on|continue|what else|anything else|what more|any(?:thing)? more"
    r"|more (?:details|information)|elaborate|explain|details)(?: please)?",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)\b", re.IGNORECASE
)
_ADVERBIAL = re.compile(
    r"(?:when|where|why|how(?: (?:long|often|far|soon|come|recently|long ago))?|since when|until when|by when"
    r"|(?:in|on|by|since|until|at|for) (?:what|which) [\w-]{2,20}(?: [\w-]{2,20})?)\s+(?=" + _AUXILIARY.pattern + ")",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow (?:many|much)\s+(?=\w)", re.IGNORECASE)
_GAP = re.compile(r"(how (?:many|much)|which|what)(?=\s+([a-z]+)\b|\s*[?!.]*\s*$)", re.IGNORECASE)
_QUOTE = re.compile(r"“([^“”]{12,300})”?|\"([^\"]{12,300})\"")
_SENTENCE = re.compile(r".{12,}?[a-z0-9)”\"][.!?][”\"]?(?=\s|$)")
_ATTRIBUTION = re.compile(
    r",?\s(?:(?:he|she|they|[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3})"
    r" (?:said|added|told|explained|concluded|tweeted|remarked)"
    r"|(?:said|added|according to)\s.{2,80})\W*$"
)
_CONTRAST = re.compile(r"\b(?:other|others|else|another|rest|instead)\b", re.IGNORECASE)
_UNIQUE = words_of(
    """
    world internet media public past future morning evening sun moon earth government president police army economy
    country time moment end start beginning same first last next
    """
)
"""Nouns that are known without having been spoken of."""
_RATED = re.compile(
    r"\b(?:important|typical|famous|main|major|popular|common|different|best|worst|recent|latest|traditional|other|most)\b",
    re.IGNORECASE,
)
_PART_IN = re.compile(r"\bthe (?:role|part|importance|impact|influence|significance|purpose) of\b", re.IGNORECASE)
_TAKEN = re.compile(r"\b(?:take|takes|took|taken|taking)\s\Z", re.IGNORECASE)
"""A noun without an article behind it is none: to take part, to take effect."""
_ASKING = words_of("who whom whose what which when where why how")
_SHOWING = words_of("tell show describe explain give know list name discuss find learn mean")
_COMPARED = re.compile(
    r"\b(?:differ|differs|different|compare|compares|compared|better|worse|related)\s*\W*$", re.IGNORECASE
)
FEW = 2
FEW_AND_NOUN = 4
"""Content words up to which a question without a name may lean on what was spoken of before."""
LONGEST_STATEMENT = 220
"""Characters of an answer's sentence that are carried into a question."""


def asked_again(body: str, memory: Memory) -> str | None:
    """ "Why?", "When was that?", "Who said that?": the last question or answer, asked in another way."""
    match = _BARE.fullmatch(body.strip(" ?!.…"))
    if match is None:
        return None
    kind = str(match.lastgroup)
    topic = known(memory.focus) if memory.focus is not None else None
    if kind == "more":
        return f"What else is said about {topic}?" if topic else None
    if kind == "said":
        return _speaker(memory)
    statement = _statement(memory.reply)
    if kind == "true":
        return f"Is it true that {statement}?" if statement else memory.question
    lead = match.group().split()[0].capitalize() if kind != "when" else _lead(match.group())
    return _inverted(lead, memory, topic, statement)


def _lead(words: str) -> str:
    found = re.match(
        r"(?:since when|until when|by when|when|how long ago|(?:in )?(?:what|which) \w+)", words, re.IGNORECASE
    )
    return found.group().capitalize() if found else "When"


def _inverted(lead: str, memory: Memory, topic: str | None, statement: str | None) -> str | None:
    """The last question, asked for its reason, time, place or manner."""
    question = memory.question.rstrip("?!. ")
    if _AUXILIARY.match(question):
        return f"{lead} {question[:1].lower()}{question[1:]}?"
    if adverbial := _ADVERBIAL.match(question):
        return f"{lead} {question[adverbial.end() :]}?"
    if DEFINES.match(question) and topic and memory.focus is not None and not memory.focus.person:
        return f"{lead} {'were' if memory.focus.plural else 'was'} {topic}?"
    if counted := _COUNTED.match(question):
        return _count_inverted(lead, question[counted.end() :])
    if statement:
        return f"{lead} {'is' if lead == 'Why' else 'was'} it that {statement}?"
    kept = " ".join(content(question))
    return f"{lead} ({kept})?" if kept else None


def _count_inverted(lead: str, rest: str) -> str:
    """ "troops are in Iraq" asked for its reason: "Why are troops in Iraq?"."""
    found = tokens(rest)
    aux = next((token for token in found if token.low in AUXILIARIES), None)
    if aux is None or aux.start == 0:
        return f"{lead} is it that {rest}?"
    counted = rest[: aux.start].strip()
    after = rest[aux.end :].strip()
    return f"{lead} {aux.low} {counted} {after}?".replace(" ?", "?")


def _speaker(memory: Memory) -> str | None:
    if quote := _QUOTE.search(memory.reply):
        return f"Who said “{(quote[1] or quote[2]).strip(' ,.')}”?"
    statement = _statement(memory.reply)
    if statement:
        return f"Who said that {statement}?"
    kept = " ".join(content(memory.question))
    return f"Who said that ({kept})?" if kept else None


def _statement(reply: str) -> str | None:
    """An answer's first sentence as a clause, without who said it; None where it has none of a fair length."""
    match = _SENTENCE.match(reply)
    sentence = (match.group() if match else reply).strip()
    clause = _ATTRIBUTION.sub("", sentence).strip(" .!?,")
    if not clause or len(clause) > LONGEST_STATEMENT or "?" in clause:
        return None
    first = clause.split()[0]
    return clause[:1].lower() + clause[1:] if closed(first.lower()) and not first.isupper() else clause


def fragment(body: str, memory: Memory) -> str | None:
    """ "in Syria", "the coalition": the last question with this in the place of what it has of that kind."""
    new = body.rstrip("?!. ")
    if any(token.low in AUXILIARIES | _ASKING | SUBJECTS for token in tokens(new)):
        return None
    question = memory.question
    found, parts = phrases(question), phrases(new)
    first = tokens(new)[0].low if tokens(new) else ""
    if first == "of" and parts and (put := _of_another(question, found, parts[0])):
        return put
    if first in PREPOSITIONS:
        return _put_place(question, found, new, first, parts[0] if parts else None)
    if _OWNING.search(new) and (put := _of_another(question, found, Phrase(_OWNING.sub("", new), 0, len(new)))):
        return put
    whole = len(parts) == 1 and (parts[0].start, parts[0].end) == (0, len(new))
    if whole and (old := _counterpart(parts[0], found)):
        return _replaced(question, *_inside(question, old, parts[0]))
    topic = memory.focus
    if topic is None or topic.person or any(phrase.name for phrase in parts):
        return f"What about {new}?"
    return f"What about {new} ({known(topic)})?"


def _of_another(question: str, found: list[Phrase], new: Phrase) -> str | None:
    """The question about the same thing of another: "the mayor of Oslo", "Oslo’s mayor" with "of Bergen"."""
    for old in found:
        for inner in _complements(old):
            if inner.name == new.name:
                return question[: inner.start] + new.text + question[inner.end :]
        if owned := _OWNED.match(old.text):
            return f"{question[: old.start]}the {owned['thing']} of {new.text}{question[old.end :]}"
    return None


def _complements(phrase: Phrase) -> Iterator[Phrase]:
    """What stands behind each "of" of a phrase, up to the next that is no part of a place's name."""
    _, *rest = phrase.text.split(" of ")
    end = phrase.end
    start = end - len(" of ".join(rest))
    while rest:
        parts = 1 + (
            len(rest) > 1 and place(_bare(rest[0])) and place(_bare(rest[1]))
        )  # the United States of America
        text, rest = " of ".join(rest[:parts]), rest[parts:]
        yield Phrase(text, start, start + len(text), "of")
        start += len(text) + len(" of ")


def _bare(text: str) -> str:
    return Phrase(text, 0, len(text)).bare


def _inside(question: str, old: Phrase, new: Phrase) -> tuple[Phrase, Phrase]:
    """What of the old phrase gives way, and to what: of "the mayor of Oslo" only Oslo, where another city stands
    against it; "the deputy" is then the deputy of Oslo."""
    named = [inner for inner in _complements(old) if inner.name]
    if not named or " of " in new.text:
        return old, new
    if not new.name and new.definite and _person(new) and _person(old):
        return old, replace(new, text=f"{new.text} of {named[-1].text}")
    alike = [inner for inner in named if place(inner.bare) and place(new.bare)]
    if alike or (_WHO.match(question) and _person(old) and new.definite and not _person(new)):
        return (alike or named)[0], new
    return old, new


def _person(phrase: Phrase) -> bool:
    """Whether it says of somebody what he or she is: "the prime minister of Norway"."""
    return singular(phrase.head) in PERSON_NOUNS


def _put_place(question: str, found: list[Phrase], new: str, preposition: str, phrase: Phrase | None) -> str:
    """The new phrase in the place of one behind the same preposition, or of one that says where as well."""
    for old in found:
        same = old.before == preposition
        where = old.before in _PLACE and preposition in _PLACE and old.name and phrase is not None and phrase.name
        if (same and phrase is not None and (old.name == phrase.name)) or where:
            start = question.lower().rfind(old.before, 0, old.start)
            return question[:start] + new + question[old.end :]
    return f"{question.rstrip('?!. ')} {new}?"


def _counterpart(new: Phrase, found: list[Phrase]) -> Phrase | None:
    """What of the earlier question the new phrase stands against: of the same noun, else a name."""
    for old in found:
        if singular(old.head) == singular(new.head):
            return old
    named = [old for old in found if old.name]
    if new.name:
        return named[-1] if named else None
    told = [old for old in named if old.before not in _PLACE]
    return told[0] if told and new.definite else None


def _replaced(question: str, old: Phrase, new: Phrase) -> str:
    """The question with `new` for `old`; of "US troops" only the name gives way, unless the nouns are the same."""
    start, end, text = old.start, old.end, new.text
    name = re.match(r"(?:(?:the|an?|many|much|some|any)\s+)*((?:[A-ZÀ-Þ][\w.’'-]*\s+)+)(?=[a-z])", old.text)
    if name and not new.name and _person(old) and _person(new):
        text = f"{old.text[: name.end(1)]}{new.bare}"
    elif name and singular(old.head) != singular(new.head):
        owner = _OWNING.search(name[1].rstrip())
        start, end = old.start + name.start(1), old.start + name.end(1)
        text = f"{new.bare}{owner.group() if owner else ''} "
    return question[:start] + text + question[end:]


def completed(body: str, memory: Memory) -> str | None:
    """The question with what it counts, or what it is about, put in; None where it lacks nothing."""
    if gap := _counted_again(body, memory):
        return gap
    focus = memory.focus
    if focus is None:
        return None
    found, topic = phrases(body), known(focus)
    if _COMPARED.search(body) and focus.bare.lower() not in body.lower():
        return _with_topic(body, topic)
    if any(phrase.name for phrase in found):
        return None
    own = [word for word in content(body) if singular(word) not in GENERIC and word not in _SHOWING]
    nouns = (phrase for phrase in found if phrase.lacking and not _owned(phrase))
    lacking = next((noun for noun in nouns if not _TAKEN.search(body, 0, noun.start)), None)
    if lacking is not None and len(own) <= FEW_AND_NOUN and not _complemented(body, lacking):
        link = "between" if singular(lacking.head) == "difference" and " and " in topic else "of"
        return f"{body[: lacking.end]} {link} {topic}{body[lacking.end :]}"
    if (focus.person and own) or _introduces(body, found):
        return None
    leans = any(_RATED.search(p.text) or (p.definite and len(p.words) <= 2 and p.head not in _UNIQUE) for p in found)
    few = len(own) <= FEW or (len(own) <= FEW + 1 and (leans or bool(_CONTRAST.search(body))))
    return _with_topic(body, topic) if few or _PART_IN.search(body) else None


def _with_topic(body: str, topic: str) -> str:
    """The question with what it is about in brackets, before its last mark."""
    bare = body.rstrip("?!. ")
    return f"{bare} ({topic}){body[len(bare) :].strip() or '?'}"


def _introduces(body: str, found: list[Phrase]) -> bool:
    """Whether it asks what something new is, or for more about it: "What is a genre?"."""
    if not DEFINES.match(body) or _PART_IN.search(body):
        return False
    things = [phrase for phrase in found if not phrase.lacking]
    return bool(things) and not any(phrase.definite or _RATED.search(phrase.text) for phrase in things)


def _owned(phrase: Phrase) -> bool:
    """Whether the phrase says already whose it is."""
    return bool(re.match(r"(?:my|your|our|his|her|its|their)\b|.*['’]s?\s", phrase.text, re.IGNORECASE))


def _complemented(body: str, phrase: Phrase) -> bool:
    """Whether it says already what the noun is of."""
    return bool(re.match(r"\s(?:of|for|between|behind)\b", body[phrase.end :]))


def _counted_again(body: str, memory: Memory) -> str | None:
    """ "how many are in Syria?" counts what the last question counted."""
    gap = _GAP.match(body)
    counted = _COUNTED.match(memory.question)
    if gap is None or counted is None or not gap[1].lower().startswith("how"):
        return None
    following = (gap[2] or "").lower()
    if following and following not in AUXILIARIES | PREPOSITIONS:
        return None
    old = next((phrase for phrase in phrases(memory.question) if phrase.start <= counted.end() < phrase.end), None)
    if old is None:
        return None
    what = memory.question[counted.end() : old.end]
    if _CONTRAST.search(body):
        what = re.sub(r"^(?:[A-ZÀ-Þ][\w.’'-]*\s+)+(?=[a-z])", "", what)
    rest = body[gap.end() :].rstrip("?!. ")
    if following in PREPOSITIONS or not following:
        rest = _without_place(memory.question[old.end :].rstrip("?!. "), rest, following)
    return f"{gap[1]} {what}{rest}?"


def _without_place(old: str, new: str, preposition: str) -> str:
    """What followed the counted thing, behind the new phrase; a new place takes the old one's place."""
    if preposition in ("in", "at", "near"):
        old = re.sub(r"\s(?:in|at|near)\s(?:the\s)?[A-ZÀ-Þ][\w.’'-]*(?:\s[A-ZÀ-Þ][\w.’'-]*)*", "", old)
        return f"{old}{new}"
    return f"{new}{old}"
