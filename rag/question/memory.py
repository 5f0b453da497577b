"""What a conversation has spoken of: its focus, other things and people, and what was answered last."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.text.sentences import TITLES, words_of
from rag.question.phrases import TOKEN, Phrase, capital, content, phrases
from rag.question.word_classes import ROLES
from rag.types import Answer

_MARKER = re.compile(r"\s*\[\d{1,3}\]")
_ASKED_KIND = re.compile(r"\b(?:what|which|whose|how)\s+$", re.IGNORECASE)
_WHO = re.compile(
    r"(?:who|whom|whose|which (?:person|man|woman|\w+ist|analyst|official|politician|leader))\b", re.IGNORECASE
)
_WHAT = re.compile(r"what(?:['’]s|\s(?:is|are|was|were))\b", re.IGNORECASE)
_ACTS = re.compile(r"who\s+(?!is\b|are\b|was\b|were\b|did\b|do\b|does\b|said\b|says\b)(\w.{2,80})", re.IGNORECASE)
_ROLE = re.compile(rf"\b(?:{'|'.join(sorted(ROLES))})\s+$", re.IGNORECASE)
_SAYS = re.compile(
    r"(?:said|says|told|tweeted|added|remarked|explained|announced|concluded|according to)\b", re.IGNORECASE
)
DEFINES = re.compile(
    r"(?:what|who)(?:['’]s|\s(?:is|are|was|were))\b|(?:please )?(?:tell me|describe|explain|define|compare)\b",
    re.IGNORECASE,
)
_PLACING = words_of("in at near around across inside outside")
RECENT = 3
"""Turns after which a thing of the wrong turn no longer is what "it" stands for."""
_READ = 2000
"""Characters of an answer that are read."""
READ_FOR_NAMES = 600
"""The same, for the people in them."""
_KEPT = 40
"""Things remembered."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing that was spoken of; `turn` counts from 1."""

    phrase: Phrase
    turn: int


@dataclass(frozen=True, slots=True)
class Memory:
    """The conversation so far; `after` gives the one a turn later."""

    question: str = ""
    """The last question, completed."""
    reply: str = ""
    """What was answered to it, without markers; empty for a refusal."""
    turn: int = 0
    focus: Phrase | None = None
    """What the conversation is about: carried until a question names something else instead."""
    before: Phrase | None = None
    """The focus before this one."""
    mentions: tuple[Mention, ...] = ()
    """The newest turn first, within it in the order of the question."""
    people: tuple[str, ...] = ()
    """The one who was last spoken of first."""
    things: tuple[str, ...] = ()
    """Names of which was asked what they are: no people, however they look."""

    def after(self, question: str, reply: str) -> Memory:
        """The memory after one more question, completed, and its answer."""
        turn, found = self.turn + 1, phrases(question)
        focus = self.focus
        if focus is None or (not _speaks_of(question, focus) and _turns(question, found)):
            focus = _main(question, found) or focus
        asked = tuple(p.text for p in found[:1] if p.name and _WHAT.match(question))
        fresh = tuple(Mention(phrase, turn) for phrase in found)
        return replace(
            self,
            question=question,
            reply=reply,
            turn=turn,
            focus=focus,
            before=self.before if focus == self.focus or self.focus is None else self.focus,
            mentions=(fresh + self.mentions)[:_KEPT],
            things=(asked + self.things)[:_KEPT],
            people=tuple(dict.fromkeys((*_people(question, found, reply), *self.people)))[:_KEPT],
        )

    def person(self) -> str | None:
        """Whom "he" or "she" stands for: a name, else who was spoken of by their office."""
        if self.people:
            return self.people[0]
        return known(self.focus) if self.focus is not None and self.focus.head in ROLES else None

    def thing(self, plural: bool) -> str | None:
        """What "it" or "they" stands for: it agrees in number; the focus goes first, then what was spoken of last."""
        focus = self.focus
        agreeing = [one for one in self.mentions if one.phrase.plural is plural and self._eligible(one.phrase)]
        newest = next((one.phrase for one in agreeing if one.turn == self.turn), None)
        agrees = focus is not None and focus.plural is plural and not self._human(focus)
        if focus is not None and agrees and (newest is None or _speaks_of(self.question, focus)):
            return known(focus)
        if newest is None and focus is not None and focus.plural is None and not self._human(focus):
            newest = focus
        reach = 1 if focus is not None and self._human(focus) else RECENT
        recent = (one.phrase for one in agreeing if self.turn - one.turn < reach)
        if found := newest or next(recent, None):
            return known(found)
        return None if focus is None or self._human(focus) else known(focus)

    def _human(self, phrase: Phrase) -> bool:
        """Whether "it" cannot stand for this name: it looks like a person's, and nobody asked what it is."""
        return phrase.head in ROLES or (phrase.person and phrase.text not in self.things)

    def _eligible(self, phrase: Phrase) -> bool:
        return phrase.substantial and not self._human(phrase)

    def pair(self) -> str | None:
        """The last two things that the conversation was about, for "how do they differ?"."""
        if self.focus is None or self.before is None or self.focus.plural:
            return None
        return f"{known(self.before)} and {known(self.focus)}"

    def place(self) -> str | None:
        """The name that last said where."""
        for mention in self.mentions:
            phrase = mention.phrase
            placed = phrase.before in _PLACING or (self.focus is not None and phrase.text == self.focus.text)
            if phrase.name and phrase.proper and placed and not self._human(phrase):
                return phrase.text
        return None

    def kind(self) -> str | None:
        """What "one" is one of."""
        focus = self.focus
        return None if focus is None or focus.person else focus.bare

    def longer(self, word: str) -> str | None:
        """The name of several words that "the <word>" is short for."""
        for mention in self.mentions:
            words = mention.phrase.words
            if mention.phrase.name and len(words) > 1 and words[-1].lower() == word.lower():
                return mention.phrase.text
        return None

    def actors(self) -> str | None:
        """Those whom the last question asked for ("Who made threats?"), as nobody has named them."""
        match = _ACTS.match(self.question.rstrip("?!. "))
        return f"those who {match[1]}" if match else None


def said(reply: Answer | str) -> str:
    """An answer's words without its markers; nothing of a refusal."""
    if isinstance(reply, Answer):
        reply = "" if reply.abstained else reply.text
    return _MARKER.sub("", " ".join(reply[:_READ].split()))


def _speaks_of(question: str, phrase: Phrase) -> bool:
    """Whether the question has the phrase in it: "ISIS-K" is not ISIS."""
    return re.search(rf"(?<![\w-]){re.escape(phrase.bare)}(?![\w-])", question, re.IGNORECASE) is not None


def _turns(question: str, found: list[Phrase]) -> bool:
    """Whether a question turns to something new: it asks what that is, or names it."""
    if any(phrase.name for phrase in found):
        return True
    return bool(DEFINES.match(question)) and not any(phrase.definite for phrase in found if phrase.substantial)


def known(phrase: Phrase) -> str:
    """The phrase as of something known by now: "the virtual machine" for "a virtual machine"."""
    first, _, rest = phrase.text.partition(" ")
    if first.lower() in ("a", "an"):
        return f"the {rest}"
    if phrase.before == "which" and phrase.plural is False and not phrase.proper:
        return f"the {phrase.text}"
    return phrase.text if first.lower() == "the" else phrase.bare


def _main(question: str, found: list[Phrase]) -> Phrase | None:
    """What a question is about: its first noun phrase, unless that only says what kind of answer is wanted."""
    good = [phrase for phrase in found if phrase.substantial] or [phrase for phrase in found if len(phrase.words) > 1]
    telling = [phrase for phrase in good if phrase.name or not _ASKED_KIND.search(question[: phrase.start])]
    return next(iter(telling or good), None)


def _people(question: str, found: list[Phrase], reply: str) -> list[str]:
    """People of a turn, the likeliest to be spoken of again first; who was asked for comes before who was named."""
    asked = [_cleaned(p).text for p in found if _cleaned(p).person] or [
        p.text
        for p in found
        if p.name and len(p.words) == 1 and not p.before and p.words[0].istitle() and p == found[0]
    ]
    told = [name for name in _named(reply, question) if not any(name in one or one in name for one in asked)]
    return told + asked if _WHO.match(question) and not _defines(question) else asked + told


def _defines(question: str) -> bool:
    """Whether it asks who somebody with a name is."""
    found = phrases(question)
    return len(found) == 1 and found[0].person and DEFINES.match(question) is not None


def _named(reply: str, question: str) -> list[str]:
    """People named in an answer: first those described in the question's words, then speakers and who has a title."""
    asked = set(content(question))
    weights = []
    for order, phrase in enumerate(phrases(reply[:READ_FOR_NAMES])):
        name = _cleaned(phrase)
        if not name.person:
            continue
        before, after = reply[max(0, name.start - 40) : name.start], reply[name.end : name.end + 12].lstrip(" ,")
        described = len(asked & set(content(before)))
        told = bool(_SAYS.match(after)) or bool(_SAYS.search(before)) or bool(_ROLE.search(before))
        weights.append((-described, not told, order, name.text))
    return [name for *_, name in sorted(weights)]


def _cleaned(phrase: Phrase) -> Phrase:
    """The name alone at a phrase's end: John Kirby of "Pentagon spokesman John Kirby"."""
    words = list(TOKEN.finditer(phrase.text))
    at = len(words)
    while at and (capital(words[at - 1].group()) or words[at - 1].group() == "."):
        at -= 1
        if words[at].group().lower() in ROLES | TITLES:
            at += 1
            break
    while at < len(words) and not words[at].group()[0].isalnum():
        at += 1
    if at in (0, len(words)):
        return phrase
    start = words[at].start()
    return replace(phrase, text=phrase.text[start:], start=phrase.start + start)
