"""What the reader learns from: questions, each with a stretch of text that answers it or does not.

Of `../shared/bench/reader` and of every other page of half of SQuAD 2.0 (rag/reading/CARD.md names sources and
licences). A stretch is some sentences of a document behind its title, as the reader sees articles. Beside those that
answer stand stretches of the same document that do not, near misses that people wrote, and sentences next to the one
that was asked about, so that it learns to say no.

A quarter of the documents is held back: with those is learned how far the reader's scores can be trusted
(benchmarks/quality/right.py).
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.reader.documents import Question, documents, held_back, lines_of
from index.text.sentences import split_sentences

SEED = 7
WORDS = 100
"""Of a stretch, about as many as a passage of an article has."""
AWAY = 0.6
"""Share of the answerable questions that are asked of a stretch beside the answer, too."""
SWAPPED = 0.6
"""Share of the answerable questions of the second round that are asked of another name or number, too."""
QAMR = 6_000
"""Questions about one sentence, of 35,000: they repeat its words, and are easier than what people ask."""
NAME = re.compile(r"\b(?:[A-Z][\w'-]+(?: [A-Z][\w'-]+)*|\d[\d,.]*\d|\d)\b")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Example:
    """A question and a stretch of text."""

    question: str
    text: str
    spans: tuple[Span, ...]
    """(start, end) of the answers in `text`, in code points; none where it does not answer."""
    whole: bool = False
    """Whether a span is a whole sentence, somewhere in which the answer stands."""


def examples(data: Path) -> list[Example]:
    """Those of the first round, shuffled, the same on each machine."""
    rng = random.Random(SEED)
    made = [*_of_documents(data, rng), *_of_documents(data, rng, again=True), *_of_sentences(data / "reader", rng)]
    rng.shuffle(made)
    return made


def near_misses(data: Path) -> list[Example]:
    """Those of the second round: the same questions on other sentences, and many of them asked of another name, year
    or number than the one that the stretch tells of, so that nothing in it answers."""
    rng = random.Random(SEED + 1)
    made = [*_of_documents(data, rng, again=True), *_of_sentences(data / "reader", rng)]
    others: dict[str, list[str]] = defaultdict(list)
    for one in made:
        for name in _names(one.question):
            others[_shape(name)].append(name)
    right = [one for one in made if one.spans]
    swapped = [_swapped(one, others, rng) for one in right if rng.random() < SWAPPED]
    made += [one for one in swapped if one]
    rng.shuffle(made)
    return made


def _names(text: str) -> list[str]:
    """Capitalised words in a row and numbers, but for a text's first word."""
    return [found[0] for found in NAME.finditer(text, len(text.partition(" ")[0]))]


def _shape(name: str) -> str:
    """What another name must have in common to stand in its place: how many words or digits it has."""
    return f"digits {len(name)}" if name[0].isdigit() else f"words {len(name.split())}"


def _swapped(one: Example, others: dict[str, list[str]], rng: random.Random) -> Example | None:
    """The question with another name in place of one that its stretch has; half of them out of the same stretch."""
    answers = " ".join(one.text[start:end] for start, end in one.spans)
    names = [name for name in _names(one.question) if name in one.text and name not in answers]
    if not names:
        return None
    name = rng.choice(names)
    beside = {found for found in _names(one.text) if found not in one.question}
    near = sorted(found for found in beside if _shape(found) == _shape(name))
    other = rng.choice(near if near and rng.random() < 0.5 else others[_shape(name)])
    if other in one.question or name in other:
        return None
    return Example(one.question.replace(name, other), one.text, ())


def _of_documents(data: Path, rng: random.Random, again: bool = False) -> Iterator[Example]:
    """Each question on other sentences where it is drawn `again`; those about whole sentences once."""
    texts, asked = documents(data)
    cuts = {name: split_sentences(text) for name, (_, text) in texts.items()}
    for one in asked:
        title, text = texts[one.document]
        if held_back(title) or (again and one.sort == "selqa"):
            continue
        cut = cuts[one.document]
        right = [n for n, (start, end) in enumerate(cut) if _answers(one, text[start:end])]
        if not one.answers:  # a near miss: the stretch whose words are nearest
            yield _stretch(one, title, text, cut, _nearest(one.text, text, cut), rng, None)
        elif right:
            at = right[0] if one.sort != "selqa" else rng.choice(right)
            yield _stretch(one, title, text, cut, at, rng, right)
            others = [n for n in range(len(cut)) if all(abs(n - m) > 1 for m in right)]
            if others and rng.random() < AWAY:
                near = _nearest(one.text, text, cut, others)
                yield _stretch(one, title, text, cut, near, rng, None, set(right))


def _answers(one: Question, sentence: str) -> bool:
    if one.sort == "selqa":
        return any(sentence in answer or answer in sentence for answer in one.answers if len(sentence) > 20)
    return any(answer in sentence for answer in one.answers)


def _nearest(question: str, text: str, cut: list[Span], among: list[int] | None = None) -> int:
    words = set(question.lower().split())
    return max(among or range(len(cut)), key=lambda n: len(words & set(text[slice(*cut[n])].lower().split())))


def _stretch(
    one: Question,
    title: str,
    text: str,
    cut: list[Span],
    at: int,
    rng: random.Random,
    right: list[int] | None,
    without: set[int] = frozenset(),  # type: ignore[assignment]
) -> Example:
    """Sentences around number `at`, as many as fit, grown to either side by chance."""
    first = last = at
    words = len(text[slice(*cut[at])].split())
    most = rng.randint(WORDS // 3, WORDS)
    while True:
        ways = [n for n in (first - 1, last + 1) if 0 <= n < len(cut) and n not in without]
        if not ways:
            break
        more = rng.choice(ways)
        words += len(text[slice(*cut[more])].split())
        if words > most:
            break
        first, last = min(first, more), max(last, more)
    start, end = cut[first][0], cut[last][1]
    head = f"{title}\n" if title and rng.random() < 0.9 else ""
    shift = len(head) - start
    spans: list[Span] = []
    for n in right or ():
        if first <= n <= last:
            if one.sort == "selqa":
                spans.append((cut[n][0] + shift, cut[n][1] + shift))
                continue
            sentence = text[slice(*cut[n])]
            for answer in one.answers:
                place = sentence.find(answer)
                if place >= 0:
                    spans.append((cut[n][0] + place + shift, cut[n][0] + place + len(answer) + shift))
    return Example(one.text, head + text[start:end], tuple(dict.fromkeys(spans)), one.sort == "selqa")


def _of_sentences(folder: Path, rng: random.Random) -> Iterator[Example]:
    """QAMR's questions, on their sentence, with what is known of its paragraph; some on a sentence beside it."""
    texts = {row["id"]: row["text"] for row in lines_of(folder / "qamr_sentences.jsonl.gz")}
    paragraphs: dict[str, list[str]] = defaultdict(list)
    for name in texts:
        paragraphs[name.rpartition(":")[0]].append(name)
    rows = list(lines_of(folder / "qamr.jsonl.gz"))
    for row in rng.sample(rows, min(QAMR, len(rows))):
        own = row["sentence"]
        beside = sorted(paragraphs[own.rpartition(":")[0]], key=lambda name: int(name.rpartition(":")[2]))
        others = [texts[name] for name in beside if name != own]
        if others and rng.random() < 0.3:
            yield Example(row["question"], " ".join(rng.sample(others, min(2, len(others)))), ())
            continue
        before = rng.choice(others) + " " if others and rng.random() < 0.3 else ""
        spans = {(start + len(before), end + len(before)) for start, end in [row["answer"], *row["others"]]}
        yield Example(row["question"], before + texts[own], tuple(sorted(spans)))


def questions_left_out(data: Path) -> list[Example]:
    """Questions about SQuAD's other pages, each on its whole paragraph behind the title, shuffled."""
    made = []
    for page in json.loads((data / "squad" / "dev-v2.0.json").read_text("utf-8"))["data"][1::2]:
        title = page["title"].replace("_", " ") + "\n"
        for paragraph in page["paragraphs"]:
            for row in paragraph["qas"]:
                spans = tuple(
                    (len(title) + a["answer_start"], len(title) + a["answer_start"] + len(a["text"]))
                    for a in ([] if row["is_impossible"] else row["answers"])
                )
                made.append(Example(row["question"], title + paragraph["context"], spans))
    return random.Random(SEED).sample(made, len(made))
