"""Are differences between articles found? One value of a copy is swapped, and the question asks for it.

    python -m benchmarks.quality.planted_differences --data bench/news2022 [--seed 1] [--count 160] [--read INDEX]

DATA holds corpus.jsonl.gz (id, title, date, text) and queries.jsonl (question, answers, gold_ids, gold_has_answer).
An article gets a copy with sentences cut and moved, in which one number, date or name, or the words of a quote, are
swapped. The question is the data's own where a number, date or name is its answer, else the sentence with a question
word in the value's place, or what was said about some words of the quote.
Both stand in a folder among other articles; what counts is whether a difference with both values is found among the
sentences that answer. Prints one JSON object: recall by kind with Wilson's 95% interval, the half of even numbers (of
rounds of four cases) being the one that `rag.differences.found` was tuned on.

With --read, nothing is planted: the data's questions are asked of an index of its articles (as
`benchmarks.quality.news --index` keeps it), and every difference found is printed with its sentences, to be read by
hand.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics import share_of
from index.text.sentences import split_sentences
from rag import Assistant
from rag.differences.amounts import Number
from rag.differences.found import Found, find, note
from rag.differences.values import Name, Quote, Value, values
from rag.differences.when import When
from rag.question.query import analyse
from rag.types import DifferenceKind

KINDS: tuple[DifferenceKind, ...] = ("number", "date", "name", "wording")
OTHERS = 60
"""Articles in the folder that nothing was done to."""
CUT, MOVED = 0.12, 0.2
"""Share of a copy's other sentences that are left out, and that change places."""
LONGEST = 60
"""Words of a sentence that is asked about."""
_NAMES = """Harlan Whitcombe|Doria Penfield|Anselm Rourke|Tessaly Bridgewater|Corvin Ashdown|Melora Vance|Tellbury|
Marvane|Oskaloon|Brindlewick|Pellworth Holdings|Quarrington|Evander Stroud|
Northmere Institute|Ludovic Harcastle|Senna Marsh"""
_WORDS = "harbour lantern stubborn weather quietly bargain distant promise copper ordinary winter gather".split()  # noqa: SIM905
_MONTHS = "January February March April June July August September October November December".split()  # noqa: SIM905
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_SPELLED = "two three four five six seven eight nine eleven twelve fifteen".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Case:
    """One article, its copy, and what is asked."""

    kind: DifferenceKind
    original: dict[str, Any]
    copy: str
    """The text of the copy."""
    question: str
    old: str
    new: str
    own: bool
    """The question is the data's own."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=160)
    parser.add_argument("--misses", action="store_true", help="print what was not found")
    parser.add_argument("--read", type=Path, metavar="INDEX", help="print the differences of the data as it is")
    arguments = parser.parse_args()
    rows, questions = corpus(arguments.data), asked(arguments.data)
    if arguments.read:
        return read(arguments.read, questions)
    made = list(cases(rows, questions, arguments.seed, arguments.count))
    with tempfile.TemporaryDirectory() as folder:
        verdicts = found(made, rows, Path(folder), arguments.seed)
    if arguments.misses:
        for number, (case, good) in enumerate(zip(made, verdicts, strict=True)):
            if not good:
                print(f"{number} {case.kind} {case.question}\n    {case.old!r} {case.new!r}")
    print(json.dumps(report(made, verdicts), indent=1))
    return None


def corpus(data: Path) -> dict[str, dict[str, Any]]:
    """The articles by id."""
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


def asked(data: Path) -> list[dict[str, Any]]:
    """The questions."""
    lines = (data / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def cases(
    rows: dict[str, dict[str, Any]], questions: Sequence[dict[str, Any]], seed: int, count: int
) -> Iterator[Case]:
    """At most `count` cases, as many of each kind as there can be."""
    rng = random.Random(seed)
    order = [row for row in questions if row["gold_has_answer"]]
    rng.shuffle(order)
    made: Counter[DifferenceKind] = Counter()
    used: set[str] = set()
    for row in order:
        if made.total() >= count:
            return
        article = next((rows[one] for one in row["gold_ids"] if one in rows and one not in used), None)
        case = _case(article, row, made, rng) if article else None
        if article and case:
            used.add(article["id"])
            made[case.kind] += 1
            yield case


def _case(
    article: dict[str, Any], row: dict[str, Any], made: Counter[DifferenceKind], rng: random.Random
) -> Case | None:
    """A case of the kind of which there are fewest so far."""
    text = article["text"]
    spans = [span for span in split_sentences(text) if 6 <= len(text[slice(*span)].split()) <= LONGEST]
    answers = [answer.lower() for answer in row["answers"]]
    holding = [span for span in spans if any(answer in text[slice(*span)].lower() for answer in answers)]
    for kind in sorted(KINDS, key=lambda kind: (made[kind], KINDS.index(kind))):
        for span in [*holding, *rng.sample(spans, min(12, len(spans)))]:
            sentence = text[slice(*span)]
            for value in _of_kind(sentence, kind):
                new = _swapped(value, rng)
                if new and text.count(sentence) == 1:
                    own = (
                        kind != "wording"
                        and span in holding
                        and any(_overlap(a, value.text.lower()) for a in answers)
                    )
                    question = row["question"] if own else question_about(sentence, value)
                    swapped = sentence[: value.start] + new + sentence[value.end :]
                    return Case(kind, article, _copy(text, span, swapped, rng), question, value.text, new, own)
    return None


def _of_kind(sentence: str, kind: DifferenceKind) -> list[Value]:
    types: dict[DifferenceKind, type] = {"number": Number, "date": When, "name": Name, "wording": Quote}
    found = [value for value in values(sentence) if isinstance(value, types[kind])]
    if kind == "wording":
        return [value for value in found if isinstance(value, Quote) and len(value.words) >= 6]
    quotes = [value for value in values(sentence) if isinstance(value, Quote)]
    free = [value for value in found if not any(q.start <= value.start < q.end for q in quotes)]
    return [v for v in free if kind != "name" or (v.start > 0 and isinstance(v, Name) and len(v.text) > 3)]


def _overlap(answer: str, value: str) -> bool:
    return len(value) > 1 and (value in answer or answer in value)


def _swapped(value: Value, rng: random.Random) -> str | None:
    """Another value in the same shape; None where none can be made."""
    if isinstance(value, Number):
        return _other_number(value, rng)
    if isinstance(value, When):
        return _other_date(value.text, rng)
    if isinstance(value, Quote):
        said = value.text.split()
        for at in sorted(rng.sample(range(1, len(said)), max(2, len(said) // 6))):
            said[at] = rng.choice(_WORDS) + ("," if said[at].endswith(",") else "")
        return " ".join(said)
    names = [name.strip() for name in _NAMES.split("|")]
    return rng.choice([name for name in names if len(name.split()) == min(2, len(value.text.split()))])


def _other_number(value: Number, rng: random.Random) -> str | None:
    match = re.search(r"\d[\d,]*(?:\.\d+)?", value.text)
    if not match:
        word = re.search("|".join(rf"\b{word}\b" for word in _SPELLED), value.text, re.IGNORECASE)
        other = rng.choice([w for w in _SPELLED if not word or w != word.group().lower()])
        return value.text.replace(word.group(), other) if word else None
    old = float(match.group().replace(",", ""))
    new = round(old * rng.choice((0.6, 1.4, 2.0, 3.0)), 1 if "." in match.group() else None)
    if new == old or value.unit == "score":
        return None
    said = f"{new:,}" if "," in match.group() else f"{new}"
    return value.text[: match.start()] + said + value.text[match.end() :]


def _other_date(said: str, rng: random.Random) -> str | None:
    for names in (_MONTHS, _DAYS):
        word = next((name for name in names if name in said), None)
        if word:
            return said.replace(word, rng.choice([name for name in names if name != word]))
    year = re.search(r"\b(?:1[5-9]|20)\d\d\b", said)
    return said.replace(year.group(), str(int(year.group()) - rng.randint(2, 9))) if year else None


def question_about(sentence: str, value: Value) -> str:
    """The sentence with a question word for the value."""
    if isinstance(value, Quote):
        words = [word for word in value.text.split() if len(word) > 3][:6]
        return f"What was said about {' '.join(words)}?"
    ahead, behind = sentence[: value.start].split()[-12:], sentence[value.end :].split()[:12]
    word = {Number: "how many", When: "when", Name: "who or what"}[type(value)]
    return f"{' '.join(ahead)} {word} {' '.join(behind)}".strip(' .,;”“"') + "?"


def _copy(text: str, span: tuple[int, int], swapped: str, rng: random.Random) -> str:
    """The article with that sentence swapped, some of the others cut and some in another order."""
    sentences = [swapped if one == span else text[slice(*one)] for one in split_sentences(text)]
    kept = [one for one in sentences if one is swapped or rng.random() >= CUT]
    for at in range(len(kept) - 1):
        if rng.random() < MOVED:
            kept[at], kept[at + 1] = kept[at + 1], kept[at]
    return "\n\n".join(" ".join(kept[at : at + 3]) for at in range(0, len(kept), 3))


def found(made: Sequence[Case], rows: dict[str, dict[str, Any]], folder: Path, seed: int) -> list[bool]:
    """Of each case, whether its difference was found among the sentences that answer."""
    articles = folder / "articles"
    articles.mkdir()
    used = {case.original["id"] for case in made}
    others = random.Random(seed).sample(sorted(set(rows) - used), min(OTHERS, len(rows) - len(used)))
    for one in sorted({*used, *others}):
        _write(articles / f"{one}.md", rows[one], rows[one]["text"])
    for number, case in enumerate(made):
        _write(articles / f"copy{number}.md", case.original, case.copy)
    with Assistant(articles, index=folder / "index") as assistant:
        return [_shows(differences(assistant, case.question), case, number) for number, case in enumerate(made)]


def _write(file: Path, row: dict[str, Any], text: str) -> None:
    head = f"---\ntitle: {json.dumps(row['title'])}\ndate: {row['date'].replace('/', '-')}\n---\n\n"
    file.write_text(head + text, encoding="utf-8")


def differences(assistant: Assistant, question: str) -> list[Found]:
    """What the articles say differently about a question."""
    told = assistant.find(analyse(question))
    return find(told.query, told.ranked)


def _shows(shown: Sequence[Found], case: Case, number: int) -> bool:
    """Whether both values are shown, the new one from the copy."""
    for one in shown:
        copied = [any(e.article.path == f"copy{number}.md" for e in side.evidence) for side in one.sides]
        if any(copied) and not all(copied) and one.kind == case.kind:
            return True
    return False


def report(made: Sequence[Case], verdicts: Sequence[bool]) -> dict[str, Any]:
    """Recall by kind in both halves."""
    halves = {"tuned on": 0, "other half": 1}
    table: dict[str, Any] = {}
    for name, rest in halves.items():
        rows = [(case, good) for n, (case, good) in enumerate(zip(made, verdicts, strict=True)) if half(n) == rest]
        table[name] = {kind: share_of([good for case, good in rows if case.kind == kind]) for kind in KINDS} | {
            "all": share_of([good for _, good in rows]),
            "the data's own questions": share_of([good for case, good in rows if case.own]),
        }
    return table


def half(number: int) -> int:
    """0 or 1; kinds take turns, so that every fourth case is of one kind."""
    return number // len(KINDS) % 2


def read(index: Path, questions: Sequence[dict[str, Any]]) -> None:
    """Prints the differences found in the articles as they are."""
    articles = index.with_name(index.name + "-articles")
    with Assistant(articles, index=index, sync=False) as assistant:
        for number, row in enumerate(questions):
            for one in differences(assistant, row["question"]):
                print(f"{number} {row['question']}\n    {one.kind}: {note(one, lambda e: 0)}")
                for side in one.sides:
                    for e in side.evidence:
                        print(f"        {side.text!r} {e.article.path} {e.article.published} | {e.text}")


if __name__ == "__main__":
    main()
