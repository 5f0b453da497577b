"""Are copies told from independent reports? Planted copies and real pairs of reports, precision and recall.

    python -m benchmarks.quality.planted --data bench/news2022 [--seed 1] [--count 120]

DATA holds corpus.jsonl.gz (id, title, date, text). Copies are made of its articles (`benchmarks.quality.rewrites`):
three strengths of rewriting, and single changes. Independent are pairs that report one event, the nearest by names
within three days; pairs of one topic; and pairs that were given the same statement, the same page furniture, or a few
sentences of each other. Pairs of which the shorter shares more than three tenths of its runs of five words with the
other are neither, since an outlet goes on with its own story; they are left out and counted. Prints one JSON object;
the half of even numbers is the one that `rag.accounts.copies` was tuned on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.quality.rewrites import KINDS, changed, headline
from benchmarks.quality.rewrites import rewrite as rewrite
from eval.metrics import share_of
from index.encoder import Encoder, OnnxEncoder, passage_text
from index.sync import PASSAGE_WORDS
from index.text.articles import parse_article
from index.text.sentences import passages
from index.types import Extracted
from rag.accounts.copies import Told, same_account, told

STRENGTHS = ("light", "middling", "strong")
NEAR_DAYS = 3
COPIED = 0.3
"""Share of the shorter text's runs of five words in the other, above which a pair of reports is left out. All between
.15 and .6 were read: up to .3 no more than background is shared, and the event is told at another stage."""
ONE_EVENT = 0.35
"""Cosine of two articles' names from which on they report one event: read by eye, nine of ten do."""
WORDS = (100, 2500)
"""Length of articles that copies are made of; longer pages are tickers."""
FURNITURE = (
    "Sign up for our morning briefing and get the stories that matter most before breakfast. "
    "Our reporters answer readers’ questions every Friday, and everyone can take part. "
    "This newspaper has told the stories of this region since 1884 and is owned by its readers."
)
_NAME = re.compile(r"\b[A-Z][a-zé’'-]+(?: [A-Z][a-zé’'-]+){0,5}")
_QUOTE = re.compile(r"“[^“”]{60,400}[.,]”")


@dataclass(frozen=True, slots=True)
class Report:
    """One article as it is compared."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """Two articles, and whether they are one account."""

    kind: str
    tuned: bool
    """Whether it belongs to the half that was looked at while the method was made."""
    same: bool
    one: Report
    other: Report


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=120, help="copies, and as many independent pairs")
    given = parser.parse_args()
    started = time.perf_counter()
    made, left_out = cases(corpus(given.data), given.seed, given.count)
    encoder = OnnxEncoder()
    verdicts = [same_account(compared(case.one, encoder), compared(case.other, encoder)) for case in made]
    more = {"left out as neither": left_out, "seconds": round(time.perf_counter() - started)}
    print(json.dumps(report(made, verdicts) | more, indent=1))


def corpus(data: Path) -> list[dict[str, Any]]:
    """The articles, in the order of the file."""
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def cases(rows: Sequence[dict[str, Any]], seed: int, count: int) -> tuple[list[Case], int]:
    """`count` copies and about as many independent pairs, and how many pairs were left out as neither."""
    events, left_out = one_event(rows)
    return [*copies(rows, seed, count), *independent(rows, events, seed, count)], left_out


def compared(report: Report, encoder: Encoder) -> Told:
    """The report as the index would hold it."""
    article = parse_article(Extracted(report.text, title=report.title), "article")
    parts = passages(article, PASSAGE_WORDS)
    vectors = [encoder.encode(passage_text(article, part)).sentences for part in parts]
    return told([article.text[s.start : s.end] for part in parts for s in part.sentences], lambda: vectors)


def report(made: Sequence[Case], verdicts: Sequence[bool]) -> dict[str, Any]:
    """Precision and recall on either half, and the share of right verdicts by kind."""
    rows: dict[str, Any] = {}
    for half, tuned in (("tuned half", True), ("other half", False)):
        held = [(case, said) for case, said in zip(made, verdicts, strict=True) if case.tuned is tuned]
        by_kind = {
            kind: share_of([said is case.same for case, said in held if case.kind == kind])
            for kind in dict.fromkeys(case.kind for case in made)
        }
        rows[half] = {
            "precision": share_of([case.same for case, said in held if said]),
            "recall": share_of([said for case, said in held if case.same]),
        } | by_kind
    return rows


# --- copies -------------------------------------------------------------------------------------------------


def copies(rows: Sequence[dict[str, Any]], seed: int, count: int) -> Iterator[Case]:
    """An article and what another site makes of it, every strength and kind in turn."""
    fit = [n for n, row in enumerate(rows) if WORDS[0] <= len(row["text"].split()) <= WORDS[1]]
    chosen = random.Random(seed).sample(fit, min(count, len(fit)))
    kinds = (*STRENGTHS, "strong", *KINDS, "strong")
    for place, number in enumerate(chosen):
        rng = random.Random(f"{seed} {rows[number]['id']}")
        kind, text = kinds[place % len(kinds)], rows[number]["text"]
        copy = rewrite(text, kind, rng) if kind in STRENGTHS else changed(text, rng, *KINDS[kind])  # type: ignore[arg-type]
        yield Case(kind, number % 2 == 0, True, _report(rows[number]), Report(headline(text, rng), copy))


# --- independent reports ------------------------------------------------------------------------------------


def independent(
    rows: Sequence[dict[str, Any]], events: Sequence[tuple[int, int, int]], seed: int, count: int
) -> Iterator[Case]:
    """Three quarters are reports of one event as they are, the others are made harder or are of one topic."""
    rng, topics = random.Random(seed), _Topics(rows)
    drawn = rng.sample(list(events), min(len(events), count * 3 // 4))
    for one, other, event in drawn:
        yield Case("one event", event % 2 == 0, False, _report(rows[one]), _report(rows[other]))
    for place in range(count - len(drawn) if events else 0):
        one, other, event = rng.choice(list(events))
        pair = _report(rows[one]), _report(rows[other])
        kind = HARDER[place % len(HARDER)]
        if kind == "one topic":
            event = one
            pair = pair[0], _report(rows[topics.nearest(one)])
        yield Case(kind, event % 2 == 0, False, *_harder(kind, *pair, rng))


HARDER = ("the same statement", "the same furniture", "sentences taken over", "one topic")


def _harder(kind: str, one: Report, other: Report, rng: random.Random) -> tuple[Report, Report]:
    if kind == "the same furniture":
        return _behind(one, FURNITURE), _behind(other, FURNITURE)
    if kind == "the same statement":
        said = [match.group() for match in _QUOTE.finditer(one.text)][:3]
        return one, _behind(other, "\n\n".join(f"{quote} the statement said." for quote in said))
    if kind == "sentences taken over":
        taken = [line for line in one.text.split("\n\n") if len(line.split()) > 12]
        own = len(other.text.split())
        kept: list[str] = []
        for line in rng.sample(taken, len(taken)):
            if sum(len(k.split()) for k in (*kept, line)) <= 0.15 * min(own, len(one.text.split())):
                kept.append(line)
        return one, _behind(other, "\n\n".join(kept))
    return one, other


def _behind(report: Report, text: str) -> Report:
    return Report(report.title, f"{report.text}\n\n{text}")


class _Topics:
    """Which articles are about the same, by their names."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        self.rows, self.vectors = rows, _names_of(rows)
        self.days = [date(*map(int, row["date"].split("/"))) for row in rows]

    def apart(self, one: int, other: int) -> int:
        """In days."""
        return abs((self.days[one] - self.days[other]).days)

    def alike(self, one: int, other: int) -> float:
        """In 0..1."""
        small, large = sorted((self.vectors[one], self.vectors[other]), key=len)
        return sum(weight * large.get(name, 0.0) for name, weight in small.items())

    def nearest(self, number: int) -> int:
        """The article most like this one that is a month or more away."""
        far = [n for n in range(len(self.rows)) if self.apart(n, number) >= 30]
        return max(far, key=lambda n: (self.alike(n, number), n))


def one_event(rows: Sequence[dict[str, Any]]) -> tuple[list[tuple[int, int, int]], int]:
    """Pairs of articles that report one event (number, number, the event's number), and how many were left out."""
    topics = _Topics(rows)
    near = [
        (other, one)
        for one in range(len(rows))
        for other in range(one)
        if topics.apart(one, other) <= NEAR_DAYS and topics.alike(one, other) >= ONE_EVENT
    ]
    found = [pair for pair in near if shared_runs(*(rows[n]["text"] for n in pair)) <= COPIED]
    events = _components(found)
    return [(one, other, events[one]) for one, other in found], len(near) - len(found)


def shared_runs(one: str, other: str) -> float:
    """The share of the shorter text's runs of five words that the other has too."""
    first, second = _runs(one), _runs(other)
    return len(first & second) / max(1, min(len(first), len(second)))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[n : n + 5]) for n in range(len(words) - 4)}


def _names_of(rows: Sequence[dict[str, Any]]) -> list[dict[str, float]]:
    """Each article's names, weighted by how few articles have them, as a unit vector."""
    counts = [Counter(_NAME.findall(f"{row['title']}. {row['text'][:6000]}")) for row in rows]
    holders = Counter(name for names in counts for name in names)
    vectors = []
    for names in counts:
        raw = {
            name: (1 + math.log(times)) * math.log(len(rows) / holders[name])
            for name, times in names.items()
            if 2 <= holders[name] <= len(rows) / 10
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values())) or 1.0
        vectors.append({name: weight / length for name, weight in raw.items()})
    return vectors


def _components(pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """For each article the number of its event: reports that are tied to each other by any chain."""
    event: dict[int, int] = {}
    for one, other in pairs:
        low, high = sorted((event.setdefault(one, one), event.setdefault(other, other)))
        event.update({number: low for number, held in event.items() if held == high})
    order = {held: place for place, held in enumerate(sorted(set(event.values())))}
    return {number: order[held] for number, held in event.items()}


def _report(row: dict[str, Any]) -> Report:
    return Report(row["title"], row["text"])


if __name__ == "__main__":
    main()
