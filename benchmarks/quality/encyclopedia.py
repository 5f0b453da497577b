"""How well questions about an encyclopedia are answered and refused, on pages that no rule was set on.

    python -m benchmarks.quality.encyclopedia --squad bench/squad/dev-v2.0.json [--count 600] \
        [--seed 1] [--index FOLDER]

Each paragraph of SQuAD 2.0 is an article under the title of its page, all of them are one folder, and a sample of the
questions about every other page is asked: half of them with an answer, half "impossible", which were written as near
misses. Unlike news, nothing is told twice here, and every question was written with its paragraph in view.

Near misses about the other pages were read when the rules for denied questions, "first" and "second" were made.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.quality.news import auroc
from eval.metrics import share_of
from rag import Answer, Assistant

Row = dict[str, Any]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path, required=True)
    parser.add_argument("--count", type=int, default=600, help="questions of either sort")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    given = parser.parse_args()
    pages = json.loads(given.squad.read_text(encoding="utf-8"))["data"]
    able, unable = asked(pages, given.count, given.seed)
    with tempfile.TemporaryDirectory() as folder:
        index = given.index or Path(folder) / "index"
        articles = index.with_name(index.name + "-articles")
        write(pages, articles)
        with Assistant(articles, index=index) as assistant:
            answers = [(row, assistant.ask(row["question"])) for row in able]
            refusals = [assistant.ask(row["question"]) for row in unable]
    print(json.dumps(report(answers, refusals), indent=2))


def asked(pages: list[Row], count: int, seed: int) -> tuple[list[Row], list[Row]]:
    """A sample of the questions that have an answer, and one of those that have none."""
    rows = [row for page in pages[1::2] for paragraph in page["paragraphs"] for row in paragraph["qas"]]
    rng = random.Random(seed)
    able = [row for row in rows if not row["is_impossible"]]
    unable = [row for row in rows if row["is_impossible"]]
    return rng.sample(able, min(count, len(able))), rng.sample(unable, min(count, len(unable)))


def write(pages: list[Row], folder: Path) -> None:
    """One Markdown file a paragraph."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, title, text in _paragraphs(pages):
        file = folder / f"{name}.md"
        if not file.exists():
            file.write_text(f"---\ntitle: {json.dumps(title)}\n---\n\n{text}", encoding="utf-8")


def _paragraphs(pages: list[Row]) -> Iterator[tuple[str, str, str]]:
    for number, page in enumerate(pages):
        for part, paragraph in enumerate(page["paragraphs"]):
            yield f"{number:02d}-{part:03d}", page["title"].replace("_", " "), paragraph["context"]


def report(answers: list[tuple[Row, Answer]], refusals: list[Answer]) -> dict[str, Any]:
    """Shares with Wilson's 95% interval."""
    sure = [answer.confidence for _, answer in answers], [answer.confidence for answer in refusals]
    return {
        "first sentence holds the answer": share_of([holds(r, a.claims[0].text) for r, a in answers if a.claims]),
        "the same of all, refused ones too": share_of(
            [bool(a.claims) and holds(r, a.claims[0].text) for r, a in answers]
        ),
        "short answer right": share_of([a.short is not None and agrees(r, a.short) for r, a in answers]),
        "answerable refused": share_of([answer.abstained for _, answer in answers]),
        "near misses refused": share_of([answer.abstained for answer in refusals]),
        "AUROC of confidence": round(auroc(*sure), 3),
    }


def holds(row: Row, text: str) -> bool:
    return any(answer["text"].lower() in text.lower() for answer in row["answers"])


def agrees(row: Row, short: str) -> bool:
    """Whether a short answer holds one of the answers, or is a part of it."""
    said = short.lower()
    return any(answer["text"].lower() in said or said in answer["text"].lower() for answer in row["answers"])


if __name__ == "__main__":
    main()
