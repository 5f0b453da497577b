"""How well a folder of a few articles is answered from, and what it does not say refused.

    python -m eval.small_folders --data bench/news2022 --squad bench/squad/dev-v2.0.json [--index FOLDER] [--seed 1]

Each question is put to a folder with an article that answers it and to one of articles like it that do not, FEW or
MANY of them; the folder is what `path=` leaves of a large one, where words weigh as if nothing else were indexed.
News is as in `eval.quality`: the articles nearest to the question stand in the folder, none with the answer string in
the second; its unanswerable questions are put to the nearest as well. A paragraph of SQuAD stands among others of its
page, or is left out with all that have the answer string. Nobody wrote these questions to mislead: they ask about the
folder's subject what it happens not to say. SQuAD's "impossible" questions were, and are counted apart.

Half of everything, the even rows and pages, is what `eval.calibrate` fits.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from eval.encyclopedia import holds as holds_any
from eval.encyclopedia import write
from eval.metrics import share_of
from eval.quality import ANSWERED, auroc, holds, news, rows
from rag import Assistant
from rag.asking.filters import Filter
from rag.asking.question import understand
from rag.finding.finder import Finding

FEW, MANY = 5, 40
"""Articles of a folder."""
PARAGRAPHS = 2
"""Paragraphs of an encyclopedia that stand for one article."""
A_PAGE = 20
"""Questions taken of a page, of either sort."""
MISLEADING = "encyclopedia, written to mislead"
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A question put to a small folder."""

    sort: str
    """What it is: "news, answered", "news, left out" …"""
    even: bool
    answered: bool
    """Whether an article of the folder answers it."""
    found: Finding
    right: bool
    """Whether the best sentence has the answer string."""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--squad", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the indexes in this folder instead of in a temporary one")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with opened(given.data, given.squad, given.index) as (about_news, encyclopedia):
        made = cases(about_news, given.data, encyclopedia, given.squad, given.seed)
    bar = about_news.settings.bar
    halves = {"even, fitted": [case for case in made if case.even], "odd": [case for case in made if not case.even]}
    print(json.dumps({name: report(half, bar) for name, half in halves.items()}, indent=2))


@contextmanager
def opened(data: Path, squad: Path, folder: Path | None) -> Iterator[tuple[Assistant, Assistant]]:
    """The large folders that small ones are taken from."""
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place.mkdir(parents=True, exist_ok=True)
        write(json.loads(squad.read_text(encoding="utf-8"))["data"], place / "squad-articles")
        about_news = stack.enter_context(news(data, place / "news", place))
        yield about_news, stack.enter_context(Assistant(place / "squad-articles", index=place / "squad"))


def cases(about_news: Assistant, data: Path, encyclopedia: Assistant, squad: Path, seed: int) -> list[Case]:
    """Every question, put to folders of both sizes with its answer and without it."""
    rng = random.Random(seed)
    made: list[Case] = []
    for size in (FEW, MANY):
        made += _of_news(about_news, data, size, rng)
        made += _of_pages(encyclopedia, squad, PARAGRAPHS * size, rng)
    return made


def report(made: Sequence[Case], bar: float) -> dict[str, Any]:
    """Shares with Wilson's 95% interval, by sort of question."""
    told: dict[str, Any] = {}
    for sort in dict.fromkeys(case.sort for case in made):
        some = [case for case in made if case.sort == sort]
        told[f"{sort}: refused"] = share_of([case.found.sure < bar for case in some])
        if some[0].answered:
            told[f"{sort}: the best sentence is right, and shown"] = share_of(
                [case.right and case.found.sure >= bar for case in some]
            )
    sure = [[case.found.sure for case in made if case.answered is answered] for answered in (True, False)]
    return told | {"AUROC of confidence": round(auroc(sure[0], sure[1]), 3)}


def _of_news(assistant: Assistant, data: Path, size: int, rng: random.Random) -> Iterator[Case]:
    everything = [article.path for article in assistant.articles()]
    for number, row in enumerate(rows(data / "queries.jsonl")):
        having = {f"{name}.md" for name in (*row["gold_ids"], *row["answer_doc_ids"])}
        gold = [f"{name}.md" for name in row["gold_ids"]][:1]
        near = _like(assistant, row["question"], everything, having, size, rng)
        yield _case(
            assistant, "news, answered", number, row["question"], gold + near[: size - 1], partial(holds, row)
        )
        yield _case(assistant, "news, left out", number, row["question"], near)
    known = {row["id"] for row in rows(ANSWERED)}
    for number, row in enumerate(rows(data / "unanswerable.jsonl")):
        if row["id"] not in known:
            near = _like(assistant, row["question"], everything, set(), size, rng)
            yield _case(assistant, "news, unanswerable", number, row["question"], near)


def _like(
    assistant: Assistant, question: str, everything: Sequence[str], but: set[str], size: int, rng: random.Random
) -> list[str]:
    """The FEW articles nearest to a question, and others by chance, but for some: `size` in all."""
    hits = assistant.find(understand(question, ())).hits
    near = [path for path in dict.fromkeys(hit.passage.path for hit in hits) if path not in but][:FEW]
    others = [path for path in everything if path not in but and path not in near]
    return near + rng.sample(others, size - len(near))


def _of_pages(assistant: Assistant, squad: Path, size: int, rng: random.Random) -> Iterator[Case]:
    pages = json.loads(squad.read_text(encoding="utf-8"))["data"]
    everything = [article.path for article in assistant.articles()]
    for number, page in enumerate(pages):
        texts = {f"{number:02d}-{part:03d}.md": one["context"] for part, one in enumerate(page["paragraphs"])}
        asked = [(path, row) for path, one in zip(texts, page["paragraphs"], strict=True) for row in one["qas"]]
        for path, row in _sample(rng, [one for one in asked if not one[1]["is_impossible"]], A_PAGE):
            right = partial(holds_any, row)
            but = {path} | {other for other, text in texts.items() if right(text)}
            with_it = [path, *_fill(rng, [one for one in texts if one != path], everything, {path}, size - 1)]
            without = _fill(rng, [one for one in texts if one not in but], everything, but, size)
            yield _case(assistant, "encyclopedia, answered", number, row["question"], with_it, right)
            yield _case(assistant, "encyclopedia, left out", number, row["question"], without)
        for path, row in _sample(rng, [one for one in asked if one[1]["is_impossible"]], A_PAGE // 2):
            with_it = [path, *_fill(rng, [one for one in texts if one != path], everything, {path}, size - 1)]
            yield _case(assistant, MISLEADING, number, row["question"], with_it)


def _sample(rng: random.Random, some: Sequence[tuple[str, Row]], count: int) -> list[tuple[str, Row]]:
    return rng.sample(some, min(count, len(some)))


def _fill(rng: random.Random, first: Sequence[str], others: Sequence[str], but: set[str], size: int) -> list[str]:
    """`size` paths, those of the page before any others."""
    taken = rng.sample(first, min(size, len(first)))
    more = [path for path in rng.sample(others, min(len(others), 2 * size + len(but))) if path not in {*taken, *but}]
    return taken + more[: size - len(taken)]


def _case(
    assistant: Assistant,
    sort: str,
    number: int,
    question: str,
    paths: Sequence[str],
    right: Callable[[str], bool] | None = None,
) -> Case:
    """The question put to the articles at these paths; `right` tells of a sentence whether it has the answer string,
    where an article of theirs answers."""
    found = assistant.find(understand(question, ()), Filter(paths=tuple(sorted(paths))))
    best = found.voted[0].evidence.text if found.voted else ""
    return Case(sort, number % 2 == 0, right is not None, found, right is not None and right(best))


if __name__ == "__main__":
    main()
