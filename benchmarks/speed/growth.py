"""How indexing and asking grow with the folder: 1,000, 10,000 and 100,000 articles.

    pip install -e ".[bench]"
    python -m benchmarks.speed.growth --data bench/news2022 [--sizes 1000 10000 100000] \
        [--json OUT] [--plot docs/growth.png]

The articles are made, with a seed, of runs of sentences of the corpus, and so are their vectors: the corpus is
embedded once, a sentence keeps its vector, and a passage's is the mean of its sentences'. What is timed is therefore
everything but the model: reading, splitting, hashing, catalog, full text, vector store. The model's share is the same
for each passage at every size (`make bench-index`). Each size is indexed and asked in processes of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import OnnxEncoder, PassageText, PassageVectors, Reading, Vectors
from index.settings import Settings, load
from index.store import Index
from index.token_codes import Codes, Offsets, joined, split

SIZES = (1_000, 10_000, 100_000)
SEED = 7
SENTENCES, VECTORS, TOKENS = "sentences.json", "sentences.npy", "tokens.npz"
"""Files of the work folder: the corpus's sentences, their vectors, shape (sentences, dim), and what is kept of their
tokens, one sentence's behind the other's."""
RUN = (2, 6)
"""Sentences in a row that a made article takes from one article of the corpus."""
FOLDER_SIZE = 1_000
"""Files in one subfolder."""
ASKED = 100
"""Questions asked for a median, after as many that warm the process up."""


class StoredEncoder:
    """The corpus's own sentence vectors; a text that is not made of its sentences goes through the model."""

    workers = 1
    keeps_tokens = True

    def __init__(self, source: Path) -> None:
        self._vectors: Vectors = np.load(source / VECTORS)
        self._rows = {text: row for row, text in enumerate(_sentences(source))}
        with np.load(source / TOKENS) as kept:
            self._codes, self._offsets, self._ends = kept["codes"], kept["offsets"], kept["ends"]
        self._model = OnnxEncoder()
        self.dim = self._model.dim

    def read(self, text: str) -> Reading:
        return self._model.read(text)

    def encode(self, passage: PassageText) -> PassageVectors:
        found = [self._rows.get(passage.text[start:end]) for start, end in passage.sentences]
        rows = [row for row in found if row is not None]
        if not rows or len(rows) < len(found):
            return self._model.encode(passage)
        sentences = self._vectors[rows]
        whole = sentences.mean(axis=0)
        return PassageVectors(whole / np.linalg.norm(whole), sentences, self._tokens(rows, passage))

    def _tokens(self, rows: list[int], passage: PassageText) -> bytes:
        """Those of the sentences, one behind the other."""
        first = passage.sentences[0][0]
        spans = [slice(self._ends[row], self._ends[row + 1]) for row in rows]
        offsets = [
            self._offsets[span] + start - first for span, (start, _) in zip(spans, passage.sentences, strict=True)
        ]
        return joined(np.concatenate([self._codes[span] for span in spans]), np.concatenate(offsets))


def main() -> None:
    """The command; with `index` or `ask` behind it, one of its own processes."""
    if sys.argv[1:2] == ["index"]:
        index(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
    elif sys.argv[1:2] == ["ask"]:
        ask(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        measure()


def measure() -> None:
    """Every size, smallest first; one JSON line each, as it is done."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--json", type=Path, metavar="OUT", help="other sizes that it holds are kept")
    parser.add_argument("--plot", type=Path, metavar="OUT")
    parser.add_argument("--work", type=Path, help="keep articles and indexes here instead of in a temporary folder")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        work = given.work or Path(made)
        work.mkdir(parents=True, exist_ok=True)
        source = embedded(given.data, work)
        rows = [_measured(size, source, given.data, work) for size in given.sizes]
    if given.json:
        if given.json.exists():
            kept = json.loads(given.json.read_text(encoding="utf-8"))
            rows = sorted([*rows, *(row for row in kept if row["articles"] not in given.sizes)], key=_size)
        given.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    if given.plot:
        plot(rows, given.plot)


def _size(row: Mapping[str, Any]) -> int:
    return int(row["articles"])


def embedded(data: Path, work: Path) -> Path:
    """The corpus's sentences and their vectors, embedded once."""
    if (work / TOKENS).exists():
        return work
    folder = work / "corpus"
    folder.mkdir(exist_ok=True)
    for name, text in _corpus(data):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    with_index = Index(_settings(folder, work / "corpus-index"))
    with_index.sync()
    texts, vectors, tokens = [], [], []
    ids = with_index.catalog.ids_after(0).tolist()
    packed = with_index.catalog.tokens(ids)
    for passage in with_index.catalog.passages(ids):
        article = with_index.catalog.article(passage.path)
        assert article is not None
        texts += [article.text[start:end] for start, end in passage.sentences]
        vectors.append(passage.vectors.sentences)
        tokens += _of_each(packed[passage.id], passage.sentences)
    with_index.close()
    (work / SENTENCES).write_text(json.dumps(texts), encoding="utf-8")
    np.save(work / VECTORS, np.concatenate(vectors))
    codes, offsets = (np.concatenate(part) for part in zip(*tokens, strict=True))
    np.savez(work / TOKENS, codes=codes, offsets=offsets, ends=np.cumsum([0, *(len(one) for one, _ in tokens)]))
    return work


def _of_each(packed: bytes, sentences: Sequence[tuple[int, int]]) -> list[tuple[Codes, Offsets]]:
    """A passage's tokens, cut into its sentences', whose offsets count from their own start."""
    codes, offsets = split(packed)
    offsets = offsets + sentences[0][0]
    inside = [(offsets[:, 0] < end) & (offsets[:, 1] > start) for start, end in sentences]
    return [
        (codes[one], np.maximum(offsets[one] - start, 0)) for one, (start, _) in zip(inside, sentences, strict=True)
    ]


def _sentences(source: Path) -> list[str]:
    texts: list[str] = json.loads((source / SENTENCES).read_text(encoding="utf-8"))
    return texts


def make_articles(source: Path, folder: Path, count: int) -> None:
    """Writes `count` articles, the same for the same seed: runs of sentences from all over the corpus."""
    sentences = _sentences(source)
    for number in range(count):
        drawn = random.Random(f"{SEED} {number}")
        paragraphs, left = [], drawn.randint(20, 60)
        while left > 0:
            start, length = drawn.randrange(len(sentences)), drawn.randint(*RUN)
            paragraphs.append("\n".join(sentences[start : start + length]))
            left -= length
        title = " ".join([*drawn.choice(sentences).split()[:6], f"({number})"])
        file = folder / f"{number // FOLDER_SIZE:04}" / f"{number:06}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        date = f"2022-{drawn.randint(1, 12):02}-{drawn.randint(1, 28):02}"
        head = f"---\ntitle: {json.dumps(title)}\ndate: {date}\n---\n\n"
        file.write_text(head + "\n\n".join(paragraphs) + "\n", encoding="utf-8")


def index(source: Path, folder: Path, index_folder: Path) -> None:
    """One process: indexes, then looks at the unchanged folder again."""
    opened = Index(_settings(folder, index_folder), StoredEncoder(source))
    before, started = _peak(), time.perf_counter()
    report = opened.sync()
    seconds, started = time.perf_counter() - started, time.perf_counter()
    opened.sync()
    again = time.perf_counter() - started
    passages = opened.catalog.counts()[1]
    told = {
        "articles": report.articles,
        "passages": passages,
        "index s": round(seconds, 1),
        "ms an article": round(1000 * seconds / report.articles, 2),
        "second run s": round(again, 2),
        "peak MB": round(_peak() / 1e6),
        "bytes a passage in memory": round((_peak() - before) / passages),
        "kB an article on disk": round(opened.status().bytes / report.articles / 1e3, 1),
    }
    print(json.dumps(told))


def ask(folder: Path, index_folder: Path, queries: Path) -> None:
    """Another process: the first question of all, then medians over warm ones."""
    from rag.assistant import Assistant
    from rag.finder import PASSAGES
    from rag.question.query import analyse
    from rag.retrieval.retrieve import retrieve

    questions = [json.loads(line)["question"] for line in queries.read_text(encoding="utf-8").splitlines() if line]
    warmed, asked = questions[:ASKED], questions[ASKED : 2 * ASKED]
    with Assistant(settings=_settings(folder, index_folder), sync=False) as assistant:
        first = _milliseconds(lambda: assistant.ask(warmed[0]))
        for question in warmed[1:20]:
            assistant.ask(question)
        opened = assistant._index
        understood = [analyse(question) for question in asked]
        vectors = [opened.encoder.read(question.text).vector for question in understood]
        pairs = [
            (question, partial(np.asarray, vector)) for question, vector in zip(understood, vectors, strict=True)
        ]
        searched = [_milliseconds(partial(retrieve, opened, *pair, PASSAGES)) for pair in pairs]
        again = [_milliseconds(partial(retrieve, opened, *pair, PASSAGES)) for pair in pairs]
        whole = [_milliseconds(partial(assistant.ask, text)) for text in asked]
    told = {
        "first question ms": round(first),
        "retrieval p50 ms": round(statistics.median(searched), 1),
        "retrieval p95 ms": round(statistics.quantiles(searched, n=20)[-1], 1),
        "retrieval again p50 ms": round(statistics.median(again), 1),  # what it reads is in memory by now
        "answer p50 ms": round(statistics.median(whole), 1),
        "answer p95 ms": round(statistics.quantiles(whole, n=20)[-1], 1),
        "asking peak MB": round(_peak() / 1e6),
    }
    print(json.dumps(told))


def plot(rows: Sequence[dict[str, Any]], file: Path) -> None:
    """Three small charts over the number of articles."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, charts = pyplot.subplots(1, 3, figsize=(11, 3.2), constrained_layout=True)
    articles = [row["articles"] for row in rows]
    drawn = (
        ("ms an article, indexing without the model", ["ms an article"]),
        ("MB at most, indexing and asking", ["peak MB", "asking peak MB"]),
        ("ms a question, median", ["answer p50 ms", "retrieval p50 ms", "retrieval again p50 ms"]),
    )
    for chart, (title, names) in zip(charts, drawn, strict=True):
        for name in names:
            chart.plot(articles, [row[name] for row in rows], marker="o", label=name)
        chart.set_xscale("log")
        chart.set_ylim(bottom=0)
        chart.set_title(title, fontsize=9)
        chart.set_xlabel("articles")
        if len(names) > 1:
            chart.legend(fontsize=8)
    figure.savefig(file, dpi=100)


def _measured(size: int, source: Path, data: Path, work: Path) -> dict[str, Any]:
    folder, index_folder = work / f"articles-{size}", work / f"index-{size}"
    if not folder.exists():
        make_articles(source, folder, size)
    row = _run("index", source, folder, index_folder) | _run("ask", folder, index_folder, data / "queries.jsonl")
    print(json.dumps(row), flush=True)
    return row


def _run(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speed.growth", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def _corpus(data: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(data / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            yield row["id"], f"{row['title']}\n\n{row['text']}"


def _settings(folder: Path, index_folder: Path) -> Settings:
    return load(environ={}, articles=folder, index=index_folder)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _peak() -> int:
    """Bytes of memory that this process has used at most."""
    status = Path("/proc/self/status")
    if status.exists():  # the other figure begins with that of the process that started this one
        return 1024 * int(status.read_text(encoding="ascii").split("VmHWM:")[1].split()[0])
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


if __name__ == "__main__":
    main()
