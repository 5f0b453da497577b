"""Is it said who somebody is, and is nobody taken for a namesake?

    python -m eval.who --data bench/news2022 [--count 100] [--seed 1] [--index FOLDER] [--show]

DATA is as in `eval.quality`. Of the persons that its articles name in full some are drawn by chance, and it is asked
of each who that is; then the same with the first name of another of them, where nobody of that name is in the
articles. Prints one JSON object: shares, with Wilson's 95% interval, of the former that are answered, and with a
description for the short answer, and of the latter that are refused. `--show` prints each name with its short answer
and its first sentence before that, to be read by hand.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from eval.metrics import share_of
from eval.quality import news
from rag import Assistant
from rag.attribution.persons import runs
from rag.finding.namesakes import alike


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    rng = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as folder, news(given.data, given.index, Path(folder)) as assistant:
        everybody = sorted(set(_persons(assistant)))
        drawn = rng.sample(everybody, min(given.count, len(everybody)))
        asked = [assistant.ask(f"Who is {' '.join(name)}?") for name in drawn]
        swapped = list(_swapped(drawn, everybody, rng))
        others = [assistant.ask(f"Who is {' '.join(name)}?") for name in swapped]
    for name, answer in zip(drawn + swapped, asked + others, strict=True) if given.show else ():
        print(f"{' '.join(name)}: {answer.short} | {answer.claims[0].text if answer.claims else '-'}")
    told = {
        "persons named in full": len(everybody),
        "answered": share_of([not answer.abstained for answer in asked]),
        "with a description": share_of([answer.short is not None for answer in asked]),
        "under another's first name, refused": share_of([answer.abstained for answer in others]),
    }
    print(json.dumps(told, indent=2))


def _persons(assistant: Assistant) -> Iterator[tuple[str, str]]:
    """First and last names in all articles."""
    for listed in assistant.articles():
        article = assistant.catalog.article(listed.path)
        for run in runs(article.text, [(0, len(article.text))]) if article else ():
            if run.standing == "person" and len(run.words) == 2:
                yield run.words[0], run.words[1]


def _swapped(
    drawn: list[tuple[str, str]], everybody: list[tuple[str, str]], rng: random.Random
) -> Iterator[tuple[str, str]]:
    """Each with another's first name; nobody of that last name has one like it."""
    for _, last in drawn:
        taken = [first for first, other in everybody if other == last]
        free = [first for first, _ in everybody if not any(alike(first, one) for one in taken)]
        if free:
            yield rng.choice(free), last


if __name__ == "__main__":
    main()
