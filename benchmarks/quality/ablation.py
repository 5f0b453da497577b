"""What each rule is worth: `python -m benchmarks.quality.ablation --data bench --work FOLDER [--only NAME ...]`.

Questions are asked with one rule switched off at a time, on the sets of `benchmarks.quality.sets`. For each rule and
set are printed how many questions come out better and how many worse without it, by four counts: the first sentence
shown is right; something shown is; an answer is claimed that is right, less those claimed that are wrong; a question
that none answers is claimed to be answered. A rule pays where it has more to its credit than chance would give on
sets that it was not written for (news2022 is left out: the rules were written on it).
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.quality.sets import ANSWERED, NEWS, SQUAD, Asked, of_news, of_squad
from rag.attribution.brackets import Attributed
from rag.question.kinds import MEASURED
from rag.question.kinds import kind_of as kind_of_it
from rag.question.scoping import Scoped
from rag.ranking.evidence import WEIGHTS
from rag.reading.reader import NONE

Rule = Mapping[str, Any]
"""What takes the place of some names: "module:name" or "module:class.name" to a value."""


def kinds_as(*pairs: tuple[tuple[str, ...], str]) -> Rule:
    """Questions of some kinds taken for questions of another."""
    other = {kind: instead for kinds, instead in pairs for kind in kinds}
    return {"rag.question.query:kind_of": lambda text: other.get(kind_of_it(text), kind_of_it(text))}


@dataclass(frozen=True)
class Changed:
    """A value made of the one that is there."""

    of: Callable[[Any], Any]


def without_weight(name: str) -> Rule:
    """A feature of a sentence's score at nothing."""
    changed = Changed(lambda old: old._replace(**{name: 0.0}))
    return {EVIDENCE + "WEIGHTS": changed, EVIDENCE + "RECOGNISED": changed}


NEVER = re.compile(r"(?!)")
EVIDENCE, VOTING, SIGNALS = "rag.ranking.evidence:", "rag.ranking.voting:", "rag.ranking.signals:"
BRACKETS = "rag.attribution.brackets:"
RULES: dict[str, Rule] = {
    "nothing": {},
    "figures": {SIGNALS + "conflicting": lambda *_: ""},
    "pronouns of a passage": {EVIDENCE + "_Asked.near": lambda _, __, best, ___: best},
    "names of titles": {EVIDENCE + "_Asked.titled": lambda _, best, __: best},
    "names that lack": {EVIDENCE + "_Asked.names": lambda *_: (1.0, "")},
    "denied": {"rag.question.query:_NOT": NEVER},
    "measures": kinds_as((MEASURED, "number")),
    "kinds of places": kinds_as((("country", "state", "continent"), "place")),
    "deadline": kinds_as((("deadline",), "date")),
    "age": kinds_as((("age",), "number")),
    "percentage": kinds_as((("percentage",), "number")),
    "money": kinds_as((("money",), "number")),
    "organisation": kinds_as((("organisation",), "thing")),
    "definition": kinds_as((("definition",), "thing")),
    "clause, reason, quote": kinds_as((("clause", "reason", "quote"), "thing")),
    "yes/no": kinds_as((("yes/no",), "thing")),
    "all these kinds": kinds_as(
        ((*MEASURED, "age", "percentage", "money"), "number"),
        (("country", "state", "continent"), "place"),
        (("deadline",), "date"),
        (("organisation", "definition", "clause", "reason", "quote", "yes/no"), "thing"),
    ),
    "person": kinds_as((("person",), "thing")),
    "places": kinds_as((("place", "country", "state", "continent"), "thing")),
    "numbers, all kinds": kinds_as((("number", "money", "percentage", "age", *MEASURED), "thing")),
    "dates": kinds_as((("date", "deadline"), "thing")),
    "title": {VOTING + "TITLE": 0.0},
    "rarity": {VOTING + "RARITY": 0.0},
    "related": {VOTING + "RELATED": 0.0},
    "few": {VOTING + "FEW": 0},
    "common": {VOTING + "COMMON": 0},
    "vote": {VOTING + "SHARE": 0.0},
    "parts": {"rag.pipeline:parts": lambda question: (question,)},
    "scoping": {"rag.pipeline:scoping.read": lambda question, _, given: (Scoped(question, given),)},
    "what is asked for": {"rag.finder:intent_of": lambda _: "fact"},
    "who is quoted": {"rag.question.query:sought": lambda _: None},
    "instructions": {"rag.finder:instructs": lambda _: False},
    "restated": {"rag.finder:restates": lambda *_: False},
    "sentences that ask": {"rag.finder:asks": lambda _: False},
    "brackets": {
        "rag.writers:attribute": lambda article, _, start, end: Attributed(article.text[start:end], (), ()),
    },
    "brackets, descriptions": {"rag.attribution.descriptions:Descriptions.of": lambda *_: []},
    "brackets, last names": {BRACKETS + "_completed": lambda *_: []},
    "brackets, speakers": {BRACKETS + "_unnamed_speaker": lambda *_: None},
    "words by another": {"rag.answer.composing:by_another": lambda *_: False},
    "further sentences": {"rag.answer.composing:leads": lambda _, voted, __: list(voted[:1])},
    "differences": {"rag.answer.composing:differences.find": lambda *_: []},
    "light words": {"rag.question.query:ASKING_STEMS": frozenset()},
    "function words": {EVIDENCE + "FUNCTION_SHARE": 1.0},
    "names of several tokens": {EVIDENCE + "NAME_SHARE": 99.0},
    "recognised": {EVIDENCE + "RECOGNISED": Changed(lambda _: WEIGHTS)},
    **{f"weight of {name}": without_weight(name) for name in ("weakest", "cosine", "kind", "passage")},
}


@contextmanager
def switched_off(rule: Rule) -> Iterator[None]:
    """Within this context the rule does nothing."""
    with ExitStack() as stack:
        for place, value in rule.items():
            module, _, name = place.partition(":")
            owner: Any = import_module(module)
            *inside, last = name.split(".")
            for part in inside:
                owner = getattr(owner, part)
            made = value.of(getattr(owner, last)) if isinstance(value, Changed) else value
            stack.enter_context(patch.object(owner, last, made))
        yield


def counted(before: Sequence[Asked], after: Sequence[Asked]) -> dict[str, tuple[int, int]]:
    """By count, how many questions come out better and how many worse than before."""

    def told(value: Callable[[Asked], int]) -> tuple[int, int]:
        pairs = [(value(one), value(other)) for one, other in zip(before, after, strict=True)]
        return sum(new > old for old, new in pairs), sum(new < old for old, new in pairs)

    return {
        "first": told(lambda one: one.first),
        "shown": told(lambda one: one.anywhere),
        "claimed": told(lambda one: (one.state == ANSWERED and one.answerable) * (1 if one.first else -1)),
        "unanswerable": told(lambda one: -(one.state == ANSWERED and not one.answerable)),
    }


def chance(better: int, worse: int) -> float:
    """Of a fair coin, to come out at least as unevenly (two-sided sign test)."""
    count, least = better + worse, min(better, worse)
    return float(min(1.0, 2 * sum(math.comb(count, n) for n in range(least + 1)) / 2**count))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="where articles and indexes are kept")
    parser.add_argument("--sets", nargs="+", default=[*NEWS[1:], SQUAD], choices=[*NEWS, SQUAD])
    parser.add_argument("--only", nargs="+", choices=list(RULES), metavar="RULE")
    parser.add_argument("--together", action="store_true", help="switch those of --only off all at once")
    parser.add_argument("--able", type=int, default=120, help="answerable questions of each set, at most")
    parser.add_argument("--unable", type=int, default=60, help="unanswerable ones, at most")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)

    def asked() -> Iterator[list[Asked]]:
        most = given.able, given.unable
        for name in given.sets:
            of = of_squad(given.data, given.work, NONE, most)
            yield list(of if name == SQUAD else of_news(name, given.data, given.work, NONE, most))

    before = list(asked())
    print(f"| without | {' | '.join(f'{name}: first, shown, claimed, unanswerable' for name in given.sets)} | all |")
    print("|---" * (len(given.sets) + 2) + "|", flush=True)
    names = given.only or list(RULES)
    for some in [names] if given.together else [[name] for name in names]:
        with ExitStack() as stack:
            for name in some:
                stack.enter_context(switched_off(RULES[name]))
            told = [counted(one, other) for one, other in zip(before, asked(), strict=True)]
        whole = {key: tuple(map(sum, zip(*(one[key] for one in told), strict=True))) for key in told[0]}
        cells = [", ".join(f"+{up} -{down}" for up, down in one.values()) for one in told]
        total = ", ".join(f"+{up} -{down} ({chance(up, down):.2f})" for up, down in whole.values())
        print(f"| {'; '.join(some)} | {' | '.join(cells)} | {total} |", flush=True)


if __name__ == "__main__":
    main()
