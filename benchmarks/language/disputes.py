"""Fits which sentences dispute others: `python -m benchmarks.language.disputes --data bench [--write]`.

Learned is from disputes.jsonl, whose lines hold an article's sentences, the number of the one that is told and those
that dispute it (`turned`), and from pages of an encyclopedia and of its questions (`benchmarks.reader.documents`),
taken for pages in which nothing is disputed, as nearly all are: written examples have far more disputes than what is
read has. Judged is on disputes_test.jsonl, which somebody else wrote, and on other pages. For several bars are
printed the share of sentences shown that do dispute what is told (precision), of those that do that are shown
(recall), and how often one is shown for a sentence of an article, or of a page, that has none. `--write` keeps the
weights.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, roc_auc_score

from benchmarks.reader.documents import documents
from index.encoder import Vectors, load_encoder
from index.settings import PACKAGED_MODEL
from index.text.sentences import split_sentences
from rag.attribution import disputes

HERE = Path(__file__).parent
STRENGTH = 2.0
"""Inverse strength of regularisation (C)."""
PAGES, OTHERS = 700, 300
"""Pages that are learned from and judged on, a sentence of each."""
SHORTEST = 25
"""Characters of a sentence of a page, at least: less is a heading."""
SEED = 7
LEARNED, JUDGED = "disputes.jsonl", "disputes_test.jsonl"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences of an article."""

    article: int
    known: Vectors
    disputes: bool


class Pairs:
    """Makes pairs of what is told and each sentence that is looked at for it."""

    def __init__(self) -> None:
        encoder = load_encoder(PACKAGED_MODEL)
        self._vector = lru_cache(100_000)(lambda sentence: encoder.read(sentence).vector)

    def of(self, article: int, sentences: Sequence[str], told: int, turned: Sequence[int]) -> Iterator[Pair]:
        """Those of one article."""
        for at in range(max(0, told - disputes.BEFORE), min(len(sentences), told + disputes.BEHIND + 1)):
            if at != told:
                vectors = self._vector(sentences[told]), self._vector(sentences[at])
                yield Pair(article, disputes.known_of(*vectors, at < told), at in turned)

    def written(self, name: str, both_ways: bool = False) -> list[Pair]:
        """Those of a file; `both_ways`, what is told does not dispute what disputes it."""
        found: list[Pair] = []
        for number, line in enumerate((HERE / name).read_text("utf-8").splitlines()):
            row = json.loads(line)
            found += self.of(number, row["sentences"], row["told"], row["turned"])
            if both_ways and row["turned"]:
                back = row["sentences"][row["told"]]
                found += self.of(number, [back, row["sentences"][row["turned"][0]]], 1, ())
        return found

    def of_pages(self, texts: Sequence[str], first: int) -> list[Pair]:
        """Those of a sentence of each page, by chance; articles are numbered from `first`."""
        rng = random.Random(SEED)
        found: list[Pair] = []
        for number, text in enumerate(texts, first):
            sentences = [text[start:end] for start, end in split_sentences(text) if end - start > SHORTEST]
            if len(sentences) > disputes.BEFORE:
                found += self.of(number, sentences, rng.randrange(len(sentences)), ())
        return found


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    pages = sorted({text for _, text in documents(given.data)[0].values()})
    random.Random(SEED).shuffle(pages)
    pairs = Pairs()
    learned = pairs.written(LEARNED, both_ways=True) + pairs.of_pages(pages[:PAGES], 10_000)
    judged = pairs.written(JUDGED) + pairs.of_pages(pages[PAGES : PAGES + OTHERS], 10_000)
    model = LogisticRegression(C=STRENGTH, max_iter=5_000)
    model.fit(np.stack([one.known for one in learned]), [one.disputes for one in learned])
    if given.write:
        weights = [round(float(one), 3) for one in model.coef_[0]]
        kept = {"weights": weights, "constant": round(float(model.intercept_[0]), 4)}
        Path(disputes.__file__).with_name(disputes.WEIGHTS).write_text(json.dumps(kept) + "\n", "utf-8")
    chances = model.predict_proba(np.stack([one.known for one in judged]))[:, 1]
    report(judged, chances)


def report(judged: Sequence[Pair], chances: Vectors) -> None:
    """What is printed."""
    written = np.array([one.article < 10_000 for one in judged])
    truth = np.array([one.disputes for one in judged])
    print(f"{int(written.sum())} pairs of written articles, {int(truth.sum())} of them disputes")
    print(f"area under the ROC curve {roc_auc_score(truth[written], chances[written]):.3f}", end=", ")
    print(f"average precision {average_precision_score(truth[written], chances[written]):.3f}")
    disputed = {one.article for one in judged if one.disputes}
    quiet = [
        {one.article for one in judged if one.article not in disputed and (one.article < 10_000) == own}
        for own in (True, False)
    ]
    for bar in (0.2, 0.3, 0.4, 0.5, 0.6):
        shown = chances >= bar
        articles = {one.article for one, is_shown in zip(judged, shown, strict=True) if is_shown}
        print(
            f"bar {bar}: precision {truth[shown & written].mean():.2f}, recall {shown[truth].mean():.2f}, "
            f"shown for {len(articles & quiet[0])} of {len(quiet[0])} articles without, "
            f"and for {len(articles & quiet[1])} of {len(quiet[1])} pages"
        )


if __name__ == "__main__":
    main()
