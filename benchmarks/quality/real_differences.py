"""Are real differences between articles shown, and are those that are shown real? On pairs of sentences read by hand.

    python -m benchmarks.quality.real_differences --data bench/news2022 [--index FOLDER] [--unlabelled] [--shown]
    python -m benchmarks.quality.real_differences --data bench/news2022 [--index FOLDER] --everywhere [--shown]

Looks for pairs of sentences of different accounts that are alike but for a number, a date, a name or quoted words,
and asks two questions about each, made from either sentence with a question word in the value's place. The labels say
of each pair what it was found to be when it was read: "real" where an editor would show both values, "update" where
the later article has news, "rounding" where both values are one (in other digits, units or words), "spelling" where
the words of a quote differ by that alone, "other" where the values are of two facts. A label names its pair by a
checksum of paths and offsets, so that no text of DATA is in this repository.

Prints one JSON object: of the questions about real pairs, the share whose answer shows the difference; of all
differences shown between the two sentences' articles, the share that is real; and how many other differences were
shown, which are read with `--shown`. All pairs were in view when the rules of `rag.differences` were mended.

`--everywhere` asks about a value of every sentence that has one like it in another account (half an hour), and prints
how many answers show a difference, and of the distinct differences that they show, the share that is real by the
labels of SHOWN.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.quality.news import news, rows
from benchmarks.quality.planted_differences import question_about
from eval.metrics import share_of
from index.store import Index
from index.text.terms import stems
from rag import Answer, Assistant
from rag.accounts.groups import all_accounts
from rag.differences.amounts import Number
from rag.differences.values import Name, Quote, Value, compatible, in_order, values
from rag.differences.when import When
from rag.question.query import FUNCTION_STEMS
from rag.types import DifferenceKind

LABELS = Path(__file__).with_name("labels") / "real_differences.jsonl"
SHOWN = Path(__file__).with_name("labels") / "shown_differences.jsonl"
NEAR = 0.62
"""Cosine of two sentences' vectors at least."""
LEAST: dict[DifferenceKind, tuple[tuple[int, float], ...]] = {
    "number": ((2, 0.3), (31, 0.4)),
    "date": ((4, 0.35),),
    "name": ((31, 0.45),),
    "wording": ((31, 0.25),),
}
"""Days between two articles at most, and the likeness of their sentences' words that it takes within them: as many
pairs as could be read."""
SAME_NAMES, SAID, SHORTEST = 0.6, 0.35, 4
"""Share of the shorter sentence that must be the same, in order, where a name differs; of two quotes' words; and the
words of a quote at least."""
EVERYWHERE, LONGEST, SEED = 0.6, 400, 7
"""With `--everywhere`: cosine of a sentence and one of another account at least; characters of a sentence at most."""
CHUNK = 1_024
Floats = npt.NDArray[np.float32]
Conflict = tuple[DifferenceKind, Value, Value]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and where it stands."""

    path: str
    start: int
    text: str
    published: str | None
    content: frozenset[str]

    @property
    def day(self) -> int:
        """The article's day as an ordinal; 0 where it has none."""
        return date.fromisoformat(self.published).toordinal() if self.published else 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two sentences and the values by which they may differ."""

    kind: DifferenceKind
    one: Told
    other: Told
    values: tuple[Value, Value]

    @property
    def key(self) -> str:
        """Names the pair without its text."""
        told = f"{self.kind} {self.one.path}:{self.one.start} {self.other.path}:{self.other.start}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def questions(self) -> tuple[str, str]:
        """What is asked about either sentence's value."""
        return question_about(self.one.text, self.values[0]), question_about(self.other.text, self.values[1])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--unlabelled", action="store_true", help="print the pairs without a label, and ask nothing")
    parser.add_argument("--everywhere", action="store_true", help="ask about every sentence that has one like it")
    parser.add_argument("--shown", action="store_true", help="print the differences shown and the real ones missed")
    arguments = parser.parse_args()
    labels = {row["key"]: row["label"] for row in rows(arguments.labels)} if arguments.labels.exists() else {}
    with tempfile.TemporaryDirectory() as folder, news(arguments.data, arguments.index, Path(folder)) as assistant:
        if arguments.everywhere:
            print(json.dumps(everywhere(assistant, arguments.shown), indent=1))
            return
        found = list(candidates(assistant._index))
        if arguments.unlabelled:
            for one in found:
                if one.key not in labels:
                    print(f"{one.key} {one.kind} {described(one)}")
            return
        asked = [(one, [assistant.ask(question) for question in one.questions]) for one in found]
    if arguments.shown:
        for line in reading(asked, labels):
            print(line)
    print(json.dumps(report(asked, labels), indent=1))


def everywhere(assistant: Assistant, shown: bool) -> dict[str, Any]:
    """Of all answers, those that show a difference, and what the labels say of these differences."""
    labels = {row["key"]: row["label"] for row in rows(SHOWN)} if SHOWN.exists() else {}
    asked = showing = 0
    seen: Counter[str] = Counter()
    for question in questions_everywhere(assistant._index):
        answer = assistant.ask(question)
        asked += 1
        showing += bool(answer.differences)
        cited = {citation.number: citation for citation in answer.citations}
        for one in answer.differences:
            sides = [[cited[number] for number in value.citations] for value in one.values]
            key = _key(one.kind, [min((c.path, c.start) for c in side) for side in sides])
            seen[key] += 1
            if shown and seen[key] == 1:
                print(f"{key} {labels.get(key, 'no label')}: {question}")
                for value, side in zip(one.values, sides, strict=True):
                    print(f"    = {one.kind} {value.text!r} {value.published} {side[0].path}: {side[0].quote}")
    return {
        "answers": asked,
        "answers that show a difference": showing,
        "differences": dict(Counter(labels.get(key, "no label") for key in seen).most_common()),
        "distinct differences that are real": share_of([labels[key] == "real" for key in seen if key in labels]),
        "answers whose difference is real": share_of(
            [labels[key] == "real" for key, times in seen.items() if key in labels for _ in range(times)]
        ),
    }


def _key(kind: str, places: Iterable[tuple[str, int]]) -> str:
    told = f"{kind} " + " ".join(f"{path}:{start}" for path, start in sorted(places))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def questions_everywhere(index: Index) -> Iterator[str]:
    """A question about a value of each sentence that has one like it in another account."""
    told, vectors = sentences(index)
    group = {path: number for number, paths in enumerate(all_accounts(index)) for path in paths}
    account = np.array([group[one.path] for one in told])
    rng = random.Random(SEED)
    for start in range(0, len(told), CHUNK):
        part = slice(start, start + CHUNK)
        cosines = vectors[part] @ vectors.T
        cosines[account[part][:, None] == account[None, :]] = 0
        for one, near in zip(told[part], cosines.max(axis=1), strict=True):
            found = values(one.text, one.published) if near >= EVERYWHERE and len(one.text) <= LONGEST else ()
            if found:
                yield question_about(one.text, rng.choice(found))


def described(one: Candidate) -> str:
    """A pair as it is read: values, days and sentences."""
    values = " ~ ".join(value.text for value in one.values)
    return f"{values}\n    {one.one.published} {one.one.text}\n    {one.other.published} {one.other.text}"


def candidates(index: Index) -> Iterator[Candidate]:
    """The pairs, the likest first; of pairs of the same words only the first."""
    told, vectors = sentences(index)
    account = {path: number for number, group in enumerate(all_accounts(index)) for path in group}
    found: list[tuple[float, Candidate]] = []
    for number, other, cosine in alike(vectors):
        one, two = told[number], told[other]
        if account[one.path] == account[two.path]:
            continue
        likeness = 2 * len(one.content & two.content) / max(1, len(one.content) + len(two.content))
        kinds = {kind: (first, second) for kind, first, second in reversed(list(conflicts(one, two, likeness)))}
        found += [(cosine + likeness, Candidate(kind, one, two, pair)) for kind, pair in kinds.items()]
    seen: set[tuple[str, str, str]] = set()
    for _, candidate in sorted(found, key=lambda pair: (-pair[0], pair[1].key)):
        words = candidate.kind, candidate.one.text[:50], candidate.other.text[:50]
        if words not in seen:
            seen.add(words)
            yield candidate


def sentences(index: Index) -> tuple[list[Told], Floats]:
    """Every sentence in a passage, by path and place, and their unit vectors, shape (sentences, dim)."""
    told: list[Told] = []
    vectors: list[Floats] = []
    for article in index.catalog.articles():
        passages = index.catalog.passages_of(article.path)
        whole = index.catalog.article(article.path)
        for start, end in (span for passage in passages for span in passage.sentences):
            text = whole.text[start:end] if whole else ""
            told.append(Told(article.path, start, text, article.published, stems(text) - FUNCTION_STEMS))
        vectors += [passage.vectors.sentences for passage in passages]
    rows = np.concatenate(vectors).astype(np.float32)
    return told, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def alike(vectors: Floats) -> Iterator[tuple[int, int, float]]:
    """Pairs of sentences with a cosine of NEAR or more, each once."""
    for start in range(0, len(vectors), CHUNK):
        cosines = vectors[start : start + CHUNK] @ vectors.T
        for row, column in zip(*np.nonzero(cosines >= NEAR), strict=True):
            if start + row < column:
                yield start + int(row), int(column), float(cosines[row, column])


def conflicts(one: Told, other: Told, likeness: float) -> Iterator[Conflict]:
    """The values of two sentences that cannot both be right, if they are said of one thing."""
    if one.path == other.path:
        return
    apart = abs(one.day - other.day)
    kinds = [kind for kind, least in LEAST.items() if any(apart <= days and likeness >= at for days, at in least)]
    if kinds:
        first, second = values(one.text, one.published), values(other.text, other.published)
        for kind in kinds:
            yield from ((kind, *pair) for pair in _conflicting(kind, first, second, one, other))


def _conflicting(
    kind: DifferenceKind, first: Sequence[Value], second: Sequence[Value], one: Told, other: Told
) -> Iterator[tuple[Value, Value]]:
    if kind == "name":
        yield from _names_in_one_place(first, second, one, other)
    elif kind == "wording":
        for said in (value for value in first if isinstance(value, Quote) and len(value.words) >= SHORTEST):
            for again in (value for value in second if isinstance(value, Quote) and len(value.words) >= SHORTEST):
                share = 2 * in_order(said.words, again.words) / (len(said.words) + len(again.words))
                if share >= SAID and not compatible(said, again):
                    yield said, again
    else:
        wanted = Number if kind == "number" else When
        ours = [value for value in first if isinstance(value, wanted) and _read(value)]
        theirs = [value for value in second if isinstance(value, wanted) and _read(value)]
        left = [value for value in ours if not any(_agree(value, known) for known in theirs)]
        right = [value for value in theirs if not any(_agree(value, known) for known in ours)]
        yield from ((a, b) for a in left for b in right if _of_one_thing(a, b))


def _read(value: Value) -> bool:
    return not isinstance(value, When) or bool(value.low) or value.weekday is not None


def _agree(one: Value, other: Value) -> bool:
    units = getattr(one, "unit", "") == getattr(other, "unit", "")
    return units and compatible(one, other)


def _of_one_thing(one: Value, other: Value) -> bool:
    if not isinstance(one, Number) or not isinstance(other, Number):
        return one.text.casefold() != other.text.casefold()  # "last week" of two days
    return one.unit == other.unit and bool(one.unit or set(one.counted) & set(other.counted))


def _names_in_one_place(
    first: Sequence[Value], second: Sequence[Value], one: Told, other: Told
) -> Iterator[tuple[Value, Value]]:
    """The only names in two runs of words that differ between sentences otherwise the same."""
    ours, theirs = _words(one.text), _words(other.text)
    blocks = SequenceMatcher(None, [w for w, _ in ours], [w for w, _ in theirs], autojunk=False).get_opcodes()
    if sum(b - a for tag, a, b, _, _ in blocks if tag == "equal") < SAME_NAMES * min(len(ours), len(theirs)):
        return
    for tag, a, b, c, d in blocks:
        if tag == "replace":
            left = [v for v in first if isinstance(v, Name) and ours[a][1] <= v.start <= ours[b - 1][1]]
            right = [v for v in second if isinstance(v, Name) and theirs[c][1] <= v.start <= theirs[d - 1][1]]
            if len(left) == 1 == len(right) and not compatible(left[0], right[0]):
                yield left[0], right[0]


def _words(text: str) -> list[tuple[str, int]]:
    """The words of a text in lower case, and where they begin."""
    found, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        found.append((word.strip("\"“”'’.,;:!?()").lower(), at))
        at += len(word)
    return found


def shows(answer: Answer, one: Candidate) -> bool:
    """Whether an answer shows a difference of the pair's kind between its two articles."""
    cited = {citation.number: citation.path for citation in answer.citations}
    for difference in answer.differences:
        sides = [{cited[number] for number in value.citations} for value in difference.values]
        ours = [{one.one.path, one.other.path} & side for side in sides]
        if (
            difference.kind == one.kind
            and {len(side) for side in ours if side} == {1}
            and len(set().union(*ours)) == 2
        ):
            return True
    return False


def report(asked: Sequence[tuple[Candidate, Sequence[Answer]]], labels: dict[str, str]) -> dict[str, Any]:
    """Counts of labels, and the shares with their intervals."""
    answered = [(one, answer, labels.get(one.key)) for one, answers in asked for answer in answers]
    return {
        "pairs": dict(Counter(labels.get(one.key, "no label") for one, _ in asked).most_common()),
        "real differences shown": share_of(
            [shows(answer, one) for one, answer, label in answered if label == "real"]
        ),
        "shown differences real": share_of(
            [label == "real" for one, answer, label in answered if shows(answer, one)]
        ),
        "other differences shown": sum(bool(a.differences) and not shows(a, one) for one, a, _ in answered),
    }


def reading(asked: Sequence[tuple[Candidate, Sequence[Answer]]], labels: dict[str, str]) -> Iterable[str]:
    """What is shown, and the real differences that are not, with questions and notes."""
    for one, answers in asked:
        label = labels.get(one.key, "no label")
        for question, answer in zip(one.questions, answers, strict=True):
            good = shows(answer, one)
            if answer.differences or label == "real":
                state = "shown" if good else "missed" if label == "real" else "another"
                yield f"{one.key} {label}, {state}: {question}\n  {described(one)}"
                quotes = {citation.number: citation.quote for citation in answer.citations}
                for difference in answer.differences:
                    for value in difference.values:
                        said = quotes[value.citations[0]]
                        yield f"    = {difference.kind} {value.text!r} {value.published}: {said}"
                if not answer.differences:
                    yield f"    - {'refused' if answer.abstained else answer.text}"


if __name__ == "__main__":
    main()
