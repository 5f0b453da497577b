"""How well news questions are answered and refused, on a folder of articles that Byline was not made for.

    python -m benchmarks.quality.news --data bench/news2022 [--index FOLDER]

DATA holds corpus.jsonl.gz (id, title, date, text), queries.jsonl (question, answers, gold_ids, answer_doc_ids,
gold_has_answer) and unanswerable.jsonl (question). Prints one JSON object; shares come with Wilson's 95% interval.
The whole answer has at most 80 words.

Some of the questions that count as unanswerable are about another year and have an answer in these articles all the
same; ANSWERED lists those that were found by reading, each with an article that answers it. Refusals are counted over
all questions and without them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from eval.metrics import share_of
from rag import Answer, Assistant

ANSWERED = Path(__file__).with_name("labels") / "news_answered.jsonl"
KEPT = 10
"""Articles looked at in the order of retrieval."""
Row = dict[str, Any]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, news(arguments.data, arguments.index, Path(folder)) as assistant:
        print(json.dumps(measured(assistant, arguments.data), indent=2))


def measured(assistant: Assistant, data: Path) -> dict[str, Any]:
    """What is printed, of an assistant over `news`."""
    asked, unanswerable = rows(data / "queries.jsonl"), rows(data / "unanswerable.jsonl")
    started = time.perf_counter()
    answers = [assistant.ask(row["question"]) for row in asked]
    seconds = time.perf_counter() - started
    others = [assistant.ask(row["question"]) for row in unanswerable]
    return report(asked, answers, unanswerable, others) | {"ms a question": round(1000 * seconds / len(asked))}


def report(
    asked: Sequence[Row], answers: Sequence[Answer], unanswerable: Sequence[Row], refusals: Sequence[Answer]
) -> dict[str, Any]:
    """Everything, of all questions, of the even rows, on which constants were chosen, and of the odd ones."""
    able, unable = list(zip(asked, answers, strict=True)), list(zip(unanswerable, refusals, strict=True))
    parts = {"all": (able, unable), "even": (able[::2], unable[::2]), "odd": (able[1::2], unable[1::2])}
    return {name: _report(*part) for name, part in parts.items()}


def _report(asked: Sequence[tuple[Row, Answer]], others: Sequence[tuple[Row, Answer]]) -> dict[str, Any]:
    """Retrieval, answers and refusals, as shares with their intervals."""
    ranks = [_rank(row, answer) for row, answer in asked]
    said = [(row, answer) for row, answer in asked if row["gold_has_answer"]]
    found = {f"hit@{k}": share_of([rank is not None and rank <= k for rank in ranks]) for k in (1, 4, KEPT)}
    sure = [answer.confidence for _, answer in asked], [answer.confidence for _, answer in others]
    after_all = {row["id"] for row in rows(ANSWERED)}
    return found | {
        "MRR@10": round(statistics.mean(1 / rank if rank else 0.0 for rank in ranks), 3),
        "first sentence holds the answer": share_of([bool(a.claims) and holds(r, a.claims[0].text) for r, a in said]),
        "whole answer holds it": share_of([holds(r, " ".join(claim.text for claim in a.claims)) for r, a in said]),
        "short answer right": share_of([a.short is not None and agrees(r, a.short) for r, a in said]),
        "answers that show a difference": share_of([bool(answer.differences) for _, answer in asked]),
        "answerable refused": share_of([answer.abstained for _, answer in asked]),
        "unanswerable refused": share_of([answer.abstained for _, answer in others]),
        "without those that an article answers": share_of(
            [answer.abstained for row, answer in others if row["id"] not in after_all]
        ),
        "AUROC of confidence": round(auroc(*sure), 3),
        "expected calibration error": round(calibration_error(*sure), 3),
    }


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """How often an answerable question gets more confidence than one that is not; ties count half."""
    wins = sum((one > other) + 0.5 * (one == other) for one in positive for other in negative)
    return wins / (len(positive) * len(negative))


def calibration_error(positive: Sequence[float], negative: Sequence[float], bins: int = 10) -> float:
    """Expected calibration error: mean distance of confidence and share of answerable questions, over even bins
    (Guo et al. 2017, arXiv:1706.04599)."""
    pairs = [(sure, 1) for sure in positive] + [(sure, 0) for sure in negative]
    total = 0.0
    for number in range(bins):
        inside = [(sure, right) for sure, right in pairs if min(int(sure * bins), bins - 1) == number]
        total += abs(sum(sure - right for sure, right in inside))
    return total / len(pairs)


def agrees(row: Row, short: str) -> bool:
    """Whether a short answer holds every answer string, or is a part of it."""
    said = _plain(short)
    return bool(said) and all(_plain(answer) in said or said in _plain(answer) for answer in row["answers"])


def holds(row: Row, text: str) -> bool:
    """Whether a text contains every answer string, whatever the case and the quotation marks."""
    return all(_plain(answer) in _plain(text) for answer in row["answers"])


def _rank(row: Row, answer: Answer) -> int | None:
    good = {*row["gold_ids"], *row["answer_doc_ids"]}
    order = list(dict.fromkeys(Path(passage.path).stem for passage in answer.passages))[:KEPT]
    return next((rank for rank, name in enumerate(order, 1) if name in good), None)


def _plain(text: str) -> str:
    return " ".join(text.lower().translate(str.maketrans("’‘“”", "''\"\"")).split())


def rows(file: Path) -> list[Row]:
    """The rows of a .jsonl file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


@contextmanager
def news(data: Path, index: Path | None, folder: Path, **settings: Any) -> Iterator[Assistant]:
    """An assistant over the corpus, written as one Markdown file an article beside the index."""
    index = index or folder / "index"
    articles = index.with_name(index.name + "-articles")
    articles.mkdir(parents=True, exist_ok=True)
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            head = f"---\ntitle: {json.dumps(row['title'])}\ndate: {row['date'].replace('/', '-')}\n---\n\n"
            file = articles / f"{row['id']}.md"
            if not file.exists():
                file.write_text(head + row["text"], encoding="utf-8")
    with Assistant(articles, index=index, **settings) as assistant:
        yield assistant


if __name__ == "__main__":
    main()
