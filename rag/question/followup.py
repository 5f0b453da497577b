"""A follow-up in words that stand by themselves: who "he" is, which event "that" was, what "the cost" is of.

    "And in Syria?"               the earlier question, with the new phrase in the old one's place
    "How many are in Syria?"      what was counted before is counted again
    "What are its symptoms?"      a pronoun gives way to what it stands for
    "What are the symptoms?"      a noun that needs an "of …" gets what the conversation is about
    "When was that?", "Why?"      the earlier question, asked for its time or reason
    "Who said that?"              the words of the earlier answer

No model: closed word classes, agreement in number, and a focus that is carried from turn to turn. The ideas are
those of centering (Grosz, Joshi and Weinstein 1995, aclanthology.org/J95-2003); docs/decisions/0005-follow-ups.md has
the measurements.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.sentences import words_of
from rag.question.ellipsis import POINTED, asked_again, completed, fragment
from rag.question.memory import Memory, said
from rag.question.phrases import Phrase, Token, content, phrases, singular, tokens
from rag.question.word_classes import AUXILIARIES, DETERMINERS, PREPOSITIONS, VERBS
from rag.types import Answer

LONGEST = 2000
"""Characters of a question; the model reads no more than about 1,000."""
TURNS = 20
"""Turns that are looked back upon; what was spoken of before them has been said again, or is over."""
History = Sequence[tuple[str, Answer | str]]

_OPENING = re.compile(r"\s*(?:(?:and|but|so|then|ok(?:ay)?|well|oh|now)\b[\s,]*){1,4}", re.IGNORECASE)
_ABOUT = re.compile(r"(?:what|how) about\b[\s,]*", re.IGNORECASE)
_FRAGMENT = re.compile(r"\s*(?:and|but|so|then)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.!?])\s+(?=[A-ZÀ-Þ“\"])")
_EMPTY_IT = re.compile(
    r"\b(?:is|was) it (?:[\w’'-]+ ){0,5}?that\b|\bwhat time is it\b"
    r"|\bis it (?:true|clear|known|likely|possible|necessary|certain|time|raining|safe to say)\b"
    r"|\b(?:does|did|will|would) it (?:take|cost|mean) (?:[\w-]+ ){0,4}?(?:to|that|if|when|for)\b",
    re.IGNORECASE,
)
"""An "it" that stands for nothing."""
_BREAKS = words_of("and or but if when because while whether although though so , ; :")
_PERSONAL = {"he": "", "she": "", "him": "", "his": "’s", "her": "", "hers": "’s"}
_THINGS = {"it": "", "its": "’s", "they": "", "them": "", "their": "’s", "theirs": "’s"}
_PLURALS = frozenset(("they", "them", "their", "theirs", "these", "those"))
_SINGULARS = {"is": "are", "was": "were", "does": "do", "has": "have"}
_POINTING = frozenset(("this", "that", "these", "those"))
_PAIRED = re.compile(
    r"\b(?:in common|differ(?:s|ent|ence|ences)?|compare|similar|similarit(?:y|ies)|each other|which one|better)\b",
    re.IGNORECASE,
)


def standalone(text: str, history: History) -> str:
    """The question in words that stand by themselves; at most LONGEST characters, else as it was asked."""
    memory = Memory()
    for question, reply in history[-TURNS:]:
        if question.strip() and len(question) <= LONGEST:
            # What it was understood as is known of an answer; of a text it is worked out again.
            told = reply.understood_as if isinstance(reply, Answer) else resolved(" ".join(question.split()), memory)
            memory = memory.after(told, said(reply))
    found = resolved(text, memory)
    return found if len(found) <= LONGEST else text


def readings(text: str, history: History) -> tuple[str, ...]:
    """The question in words that stand by themselves; behind it as it was asked, where no more than a topic was put
    behind it: that is a guess, and "When did the coalition stop fighting?" may need none."""
    whole = standalone(text, history)
    bare = text.rstrip("?!. ")
    guessed = whole.startswith(f"{bare} (") and whole.rstrip("?!. ").endswith(")")
    return (whole, text) if guessed else (whole,)


def resolved(text: str, memory: Memory) -> str:
    """The question completed from what was spoken of; as it is where it refers to nothing."""
    if not memory.question:
        return text
    cut = _asking(text)
    scene, asked = text[:cut], text[cut:]
    body = _OPENING.sub("", asked, count=1).strip() if _OPENING.match(asked) else asked.strip()
    short = _ABOUT.sub("", body, count=1).strip() if _ABOUT.match(body) else body
    if POINTED.match(short) and (short != body or _FRAGMENT.match(asked)):
        body = short = POINTED.sub("", short, count=1)
    if not any(char.isalnum() for char in short):
        return text
    if again := asked_again(body, memory):
        return scene + again
    if filled := _pronouns(body, memory):
        return scene + _capital(filled)
    if (short != body or _FRAGMENT.match(asked)) and (put := fragment(short, memory)):
        return scene + put
    if not phrases(scene) and (whole := completed(body, memory)):
        return scene + _capital(whole)
    return text


def _asking(text: str) -> int:
    """Where the last sentence starts: it asks, and what stands before it only sets the scene."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    return next((start for start in reversed(starts) if content(text[start:]) or start == 0), 0) if starts else 0


def _pronouns(body: str, memory: Memory) -> str | None:
    """The question with its pronouns replaced, or None where none refers back."""
    found, spoken = tokens(body), phrases(body)
    new: list[tuple[int, int, str]] = []
    for at, token in enumerate(found):
        inserted = _stands_for(found, at, spoken, body, memory)
        if inserted and not any(_same(inserted, earlier) for _, _, earlier in new):  # a second "it" is clear by then
            new.append((token.start, token.end, inserted))
            if at and (agreeing := _agreeing(found[at - 1].text, token.low, inserted)):
                new.append((found[at - 1].start, found[at - 1].end, agreeing))
    new += [change for phrase in spoken if (change := _shortened(phrase, memory))]
    if not new:
        return None
    for start, end, inserted in sorted(new, reverse=True):
        body = body[:start] + inserted + body[end:]
    return body


def _stands_for(found: list[Token], at: int, spoken: list[Phrase], body: str, memory: Memory) -> str | None:
    """What a word stands for in the conversation; None where it is no pronoun or needs nothing."""
    token, word = found[at], found[at].low
    if token.text.isupper() and len(word) > 1:
        return None  # "IT" and "US" are names
    after = found[at + 1].low if at + 1 < len(found) else ""
    if word in _PERSONAL:
        owner = word in ("his", "hers") or (
            word == "her" and bool(after) and after not in PREPOSITIONS | _BREAKS and after != "?"
        )
        own = any(phrase.end <= token.start and phrase.name for phrase in spoken)
        return None if own else _possessive(memory.person(), owner)
    if word == "there":
        return _there(found, at, memory)
    if word in ("one", "ones"):
        return _one(found, at, memory)
    pointing = word in _POINTING and _points(found, at)
    if word not in _THINGS and not pointing:
        return None
    if word == "it" and _EMPTY_IT.search(body):
        return None
    if _own_antecedent(found, at, spoken, plural=word in _PLURALS):
        return None
    if word in _PLURALS and _PAIRED.search(body) and (pair := memory.pair()):
        return _possessive(pair, word in ("their", "theirs"))
    if word == "they" and (actors := memory.actors()):
        return actors
    return _possessive(memory.thing(word in _PLURALS), bool(_THINGS.get(word)))


def _points(found: list[Token], at: int) -> bool:
    """Whether "this" or "that" stands alone, for a thing: not before a noun, nor between a noun and a verb."""
    after = found[at + 1] if at + 1 < len(found) else None
    before = found[at - 1].low if at else ""
    if after is not None and after.text[0].isalnum() and after.low not in AUXILIARIES | PREPOSITIONS:
        return before in AUXILIARIES
    return before in AUXILIARIES or before in PREPOSITIONS or not before


def _own_antecedent(found: list[Token], at: int, spoken: list[Phrase], plural: bool) -> bool:
    """Whether an earlier clause of the question itself holds what the pronoun stands for."""
    stop = found[at].start
    for phrase in spoken:
        fits = phrase.plural in (None, plural) or phrase.head in VERBS  # "the mission ends" looks like a plural
        if phrase.end > stop or not fits or not phrase.substantial:
            continue
        if any(token.low in _BREAKS for token in found[:at] if phrase.end <= token.start):
            return True
    return False


def _there(found: list[Token], at: int, memory: Memory) -> str | None:
    """ "in Tokyo" for a "there" that is a place."""
    beside = {found[n].low for n in (at - 1, at + 1) if 0 <= n < len(found)}
    if at == 0 or beside & AUXILIARIES or "there's" in beside:
        return None
    place = memory.place()
    return None if place is None else place if found[at - 1].low in PREPOSITIONS else f"in {place}"


def _one(found: list[Token], at: int, memory: Memory) -> str | None:
    """ "smart garage door opener" for the "one" of "a smart one"."""
    before = found[at - 1] if at else None
    after = found[at + 1].low if at + 1 < len(found) else ""
    if before is None or before.low in PREPOSITIONS or before.low in ("which", "what") or after in ("of", "another"):
        return None
    if (
        before.low in DETERMINERS - {"this", "that", "these", "those", "other", "another"}
        or not before.text[0].isalpha()
    ):
        return None
    following = at + 1 < len(found) and found[at + 1].text[0].isalnum() and bool(content(found[at + 1].text))
    if before.low in AUXILIARIES or following:
        return None
    name = memory.kind()
    if name is None:
        return None
    return name if found[at].low == "one" or singular(name.split()[-1]) != name.split()[-1].lower() else f"{name}s"


def _shortened(phrase: Phrase, memory: Memory) -> tuple[int, int, str] | None:
    """ "the city" for what was called Salt Lake City: the full name in its place."""
    if not phrase.definite or len(phrase.words) != 1:
        return None
    whole = memory.longer(phrase.words[0])
    return None if whole is None else (phrase.start, phrase.end, whole)


def _agreeing(verb: str, pronoun: str, inserted: str) -> str | None:
    """ "are" for the "is" before an "it" that gives way to a plural, and the other way round."""
    phrase = next(iter(phrases(inserted)), None)
    plural = " and " in inserted or (phrase.plural if phrase else None)
    if plural is None or pronoun not in ("it", "they") or plural == (pronoun == "they"):
        return None
    pairs = _SINGULARS if plural else {many: one for one, many in _SINGULARS.items()}
    other = pairs.get(verb.lower())
    return other.capitalize() if other and verb[0].isupper() else other


def _same(one: str, other: str) -> bool:
    return re.sub(r"’s?$", "", one) == re.sub(r"’s?$", "", other)


def _possessive(name: str | None, owner: bool) -> str | None:
    if name is None or not owner:
        return name
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
