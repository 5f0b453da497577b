"""How often the names that Byline puts in brackets are right, and what they are worth.

    python -m benchmarks.quality.attribution --labels benchmarks/quality/labels/attribution.jsonl --articles seeds
    python -m benchmarks.quality.attribution --data bench/news2022 --sample 100 --seed 1 [--half odd]
    python -m benchmarks.quality.attribution --data bench/news2022 --questions [--index FOLDER]

The first prints a JSON object: precision and recall on labelled sentences, as shares with Wilson's 95% interval. A
label is a line of JSON: path, start and end of a sentence, and its `names`, each the words that it stands for (none
where a quote has no speaker) and the name. The second prints names put in at random places, to be read by hand: the
sentences before, and the sentence with brackets. The third prints for how many questions whose answer a marked
article holds the best sentence holds it, without and with names in brackets, for each half of the questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.quality.news import holds, news, rows
from eval.metrics import Share
from index.text.articles import parse_article, read_article
from index.types import Article, Extracted
from rag.attribution.brackets import Attributed, Replacement, attribute, sourced, verified
from rag.question.query import analyse

BEFORE = 4
"""Sentences shown before a sampled one."""
HALVES = {"even": 0, "odd": 1}


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--articles", type=Path)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--half", choices=HALVES, default="odd", help="articles to sample from: rows counted from 0")
    parser.add_argument("--questions", action="store_true")
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    arguments = parser.parse_args()
    if arguments.labels and arguments.articles:
        print(json.dumps(labelled(rows(arguments.labels), arguments.articles)))
    elif arguments.data and arguments.sample:
        for shown in sampled(list(_articles(arguments.data, arguments.half)), arguments.sample, arguments.seed):
            print(shown)
    elif arguments.data and arguments.questions:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(answered(arguments, Path(folder))))
    else:
        parser.error("give --labels and --articles, or --data and one of --sample and --questions")


def labelled(rows: Sequence[dict[str, Any]], folder: Path) -> dict[str, Any]:
    """Precision and recall over labelled sentences, and what is wrong or missing."""
    articles = {path: read_article(folder / path, path) for path in sorted({row["path"] for row in rows})}
    right = put = wanted = 0
    wrong, missing = [], []
    for row in rows:
        article = articles[row["path"]]
        found = _put(article, row["start"], row["end"])
        names = [(name["words"], name["name"]) for name in row["names"]]
        right += len(set(found) & set(names))
        put, wanted = put + len(found), wanted + len(names)
        wrong += [f"{name} for {words!r}: {row['sentence']}" for words, name in found if (words, name) not in names]
        missing += [f"{name} for {words!r}: {row['sentence']}" for words, name in names if (words, name) not in found]
    return {
        "sentences": len(rows),
        "precision": Share(right, put).shown(),
        "recall": Share(right, wanted).shown(),
        "wrong": wrong,
        "missing": missing,
    }


def sampled(articles: Sequence[Article], count: int, seed: int) -> Iterator[str]:
    """Sentences with one of the names put in, each with those before it; of each kind as many, where there are."""
    kinds: dict[str, list[tuple[Article, int, Replacement]]] = {}
    for article in articles:
        for number, sentence in enumerate(article.sentences):
            quote = article.text[sentence.start : sentence.end]
            for one in _attributed(article, sentence.start, sentence.end).replaced:
                kinds.setdefault(kind(quote, one), []).append((article, number, one))
    yield ", ".join(f"{name}: {len(kinds[name])}" for name in sorted(kinds))
    chance = random.Random(seed)
    for name in sorted(kinds):
        for article, number, one in chance.sample(kinds[name], min(count // len(kinds), len(kinds[name]))):
            yield "\n".join(("", f"{article.path}, {name}: [{one.name}]", *_around(article, number)))


def _around(article: Article, number: int) -> Iterator[str]:
    for sentence in article.sentences[max(0, number - BEFORE) : number]:
        yield f"    {article.text[sentence.start : sentence.end]}"
    sentence = article.sentences[number]
    yield f" -> {_attributed(article, sentence.start, sentence.end).text}"


def kind(quote: str, one: Replacement) -> str:
    """What a name was put in for: "speaker", "description", "pronoun" or "last name"."""
    if one.start == one.end:
        return "speaker" if one.name.endswith(":") else "description"
    words = quote[one.start : one.end].lower()
    return (
        "pronoun" if words in ("he", "she", "him", "her", "his", "hers", "himself", "herself", "it") else "last name"
    )


def answered(arguments: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """For each half of the questions, how often the best sentence holds the answer."""
    asked = [row for row in rows(arguments.data / "queries.jsonl") if row["gold_has_answer"]]
    counts = {name: [0, 0, 0] for name in HALVES}
    with news(arguments.data, arguments.index, folder) as assistant:
        for number, row in enumerate(asked):
            ranked = assistant.find(analyse(row["question"])).ranked
            if not ranked:
                continue
            best = ranked[0]
            article = assistant.article(best.article.path) or best.article
            count = counts["odd" if number % 2 else "even"]
            count[0] += 1
            count[1] += holds(row, best.text)
            count[2] += holds(row, _attributed(article, best.start, best.end).text)
    return {
        half: {"plain": Share(plain, of).shown(), "with names": Share(with_names, of).shown()}
        for half, (of, plain, with_names) in counts.items()
    }


def _put(article: Article, start: int, end: int) -> list[tuple[str, str]]:
    """The words left out of a sentence (those described, of a description), and the name, without its ending."""
    quote = article.text[start:end]
    found = _attributed(article, start, end).replaced
    return [(_words(quote, one), article.text[one.source_start : one.source_end]) for one in found]


def _words(quote: str, one: Replacement) -> str:
    if kind(quote, one) != "description":
        return quote[one.start : one.end]
    return quote[max(quote.lower().rfind("the ", 0, one.start), 0) : one.start]


def _attributed(article: Article, start: int, end: int) -> Attributed:
    sentences = [(sentence.start, sentence.end) for sentence in article.sentences]
    found = attribute(article, sentences, start, end)
    if not (verified(found.text, article.text[start:end], found.replaced) and sourced(article, found.replaced)):
        raise AssertionError(f"{article.path}:{start}: the text differs from its quote outside of brackets")
    return found


def _articles(data: Path, half: str) -> Iterator[Article]:
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines)):
            if number % 2 == HALVES[half] and row["text"].strip():
                yield parse_article(Extracted(row["text"], title=row["title"]), row["id"])


if __name__ == "__main__":
    main()
