"""Indexing 1,000 news articles beside the stock pipeline, in one run that takes turns: `make bench-index`.

    python -m benchmarks.speed.index --data bench/news2022 --baseline bench/baseline_llamaindex.py \
        [--fp32] [--json OUT]

Byline indexes the corpus, then the stock pipeline does, then Byline again, each in a process of its own; each time
Byline looks at the unchanged folder once more. Retrieval is measured on the corpus's questions: an article is found
when one of its passages is. With --fp32 the same is done once with the model before it was quantised. Last, whole
answers are timed beside the stock pipeline's retrieval, which benchmarks/speed/stock.py keeps in a folder for that,
in fresh processes that take turns, several times.

How far the encoder is from what the machine's arithmetic allows: the multiplications of the forward passes are
counted (each token: 6 layers of 4 d² + 2 d h, d = 384, h = 1536, and the attention's 2 n d for n tokens), and divided
by the rate at which ONNX Runtime multiplies large int8 matrices here, as many at once as there are cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.questions import Asked, in_turn, served
from index.encoder import OnnxEncoder, cores
from index.packaged_model import export_fp32
from index.settings import load
from index.store import Index

LAYERS, DIM, HIDDEN = 6, 384, 1536
KEPT = (1, 4, 10)
WARMED = 20
"""Questions asked before any is timed."""
BLOCK = 25
"""Questions asked of one process before the other's turn: each works with its own data in the processor's caches."""
STARTS = 5
"""Times that both are started and asked everything: a process is fast or slow from its start on."""
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""As the byline command and its page work."""
SQUARE = 1536
"""Rows and columns of the matrices whose product stands for the machine's best rate."""


def main() -> None:
    """The command; with `build` behind it, one of its own processes."""
    if sys.argv[1:2] == ["build"]:
        build(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), fp32=sys.argv[5:] == ["fp32"])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--baseline", type=Path, required=True)
    parser.add_argument("--fp32", action="store_true", help="index with the unquantised model too")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures here too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        rows = measured(given.data, given.baseline, given.fp32, Path(made))
        show(rows)
        beside = taking_turns(Path(made), given.data / "queries.jsonl")
    print("\n".join(f"{name}: {value}" for name, value in beside.items()))
    if given.json:
        given.json.write_text(json.dumps([*rows, beside], indent=2) + "\n", encoding="utf-8")


def measured(data: Path, baseline: Path, fp32: bool, work: Path) -> list[dict[str, Any]]:
    """A row a run, in the order in which they were made."""
    corpus, queries = work / "corpus.jsonl", data / "queries.jsonl"
    corpus.write_bytes(gzip.decompress((data / "corpus.jsonl.gz").read_bytes()))
    articles = write_articles(corpus, work / "articles")
    rows = [_byline("byline", articles, work / "one", queries)]
    rows.append({"what": "stock pipeline"} | _run([sys.executable, str(baseline), str(corpus), str(queries)]))
    rows.append(_byline("byline, again", articles, work / "two", queries))
    if fp32:
        rows.append(_byline("byline, fp32", articles, work / "three", queries, "fp32"))
    return rows


def taking_turns(work: Path, queries: Path) -> dict[str, Any]:
    """Whole answers beside the stock pipeline's retrieval, over what `measured` left: fresh processes of both are
    asked everything once, in blocks that take turns, so that whatever else the machine does hits both."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.speed.stock",
        "prepare",
        str(work / "stock"),
        str(work / "corpus.jsonl"),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    asked = [(row["question"], ()) for row in map(json.loads, queries.read_text(encoding="utf-8").splitlines())]
    medians = np.array([_medians(work, asked) for _ in range(STARTS)])
    ratios = sorted((medians[:, 0] / medians[:, 1]).tolist())
    ours, theirs = np.median(medians, axis=0).tolist()
    return {
        "what": f"a whole answer, {len(asked) - WARMED} questions asked in turn, {STARTS} starts of both",
        "byline, median ms": round(ours, 1),
        "stock retrieval, median ms": round(theirs, 1),
        "ratio": f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
    }


def _medians(work: Path, asked: Sequence[Asked]) -> list[float]:
    """Milliseconds of Byline's answer and of the stock pipeline's retrieval, from one start of both."""
    with (
        served("benchmarks.speed.questions", "serve", work / "one", work / "articles", settings=ONE_THREAD) as byline,
        served("benchmarks.speed.stock", "serve", work / "stock") as stock,
    ):
        times = in_turn((byline, stock), asked, BLOCK)[WARMED:]
    return [statistics.median(taken) for taken in zip(*times, strict=True)]


def write_articles(corpus: Path, folder: Path) -> Path:
    """The corpus as one Markdown file an article."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in map(json.loads, corpus.read_text(encoding="utf-8").splitlines()):
        head = f"---\ntitle: {json.dumps(row['title'])}\ndate: {row['date'].replace('/', '-')}\n---\n\n"
        (folder / f"{row['id']}.md").write_text(head + row["text"], encoding="utf-8")
    return folder


def build(articles: Path, index_folder: Path, queries: Path, *, fp32: bool) -> None:
    """One process: indexes, looks again, asks, and prints one JSON line."""
    started = time.perf_counter()
    index = Index(load(environ={}, articles=articles, index=index_folder), _fp32() if fp32 else None)
    report = index.sync()
    seconds, started = time.perf_counter() - started, time.perf_counter()
    index.sync()
    again = time.perf_counter() - started
    told = {"articles": report.articles, "index_s": round(seconds, 1), "second_run_s": round(again, 2)}
    told |= {"articles_per_s": round(report.articles / seconds, 2), "passages": index.catalog.counts()[1]}
    told |= {"kB_per_article": round(index.status().bytes / report.articles / 1e3, 1)}
    told |= found(index, queries) | ({} if fp32 else limit(index, seconds))
    index.close()
    print(json.dumps(told | ({} if fp32 else answered(articles, index_folder, queries))))


def answered(articles: Path, index_folder: Path, queries: Path) -> dict[str, float]:
    """How long whole answers take in a process that is warm, to questions that were not asked before."""
    from rag import Assistant

    questions = [row["question"] for row in map(json.loads, queries.read_text(encoding="utf-8").splitlines())]
    times = []
    with Assistant(settings=load(environ={}, articles=articles, index=index_folder), sync=False) as assistant:
        for question in questions:
            started = time.perf_counter()
            assistant.ask(question)
            times.append(1000 * (time.perf_counter() - started))
    warm = times[WARMED:]
    return {
        "answer_ms_p50": round(statistics.median(warm), 1),
        "answer_ms_p95": round(statistics.quantiles(warm, n=20)[-1], 1),
    }


def found(index: Index, queries: Path) -> dict[str, float]:
    """hit@k and MRR@10 over articles."""
    from rag.finder import PASSAGES
    from rag.question.query import analyse
    from rag.retrieval.retrieve import retrieve

    ranks: list[int | None] = []
    times = []
    for row in map(json.loads, queries.read_text(encoding="utf-8").splitlines()):
        started = time.perf_counter()
        question = analyse(row["question"])
        hits = retrieve(index, question, lambda: index.encoder.read(question.text).vector, PASSAGES)  # noqa: B023
        times.append(1000 * (time.perf_counter() - started))
        order = list(dict.fromkeys(Path(hit.passage.path).stem for hit in hits))[: KEPT[-1]]
        good = {*row["gold_ids"], *row["answer_doc_ids"]}
        ranks.append(next((rank for rank, name in enumerate(order, 1) if name in good), None))
    told = _measures(ranks) | {"query_ms_p50": round(statistics.median(times[WARMED:]), 1)}
    for half, some in (("even", ranks[::2]), ("odd", ranks[1::2])):  # weights were chosen on the even ones
        told |= {f"{name}, {half}": value for name, value in _measures(some).items() if name != "hit10"}
    return told


def _measures(ranks: Sequence[int | None]) -> dict[str, float]:
    hits_at = {f"hit{k}": round(sum(r is not None and r <= k for r in ranks) / len(ranks), 3) for k in KEPT}
    return hits_at | {"mrr10": round(sum(1 / r for r in ranks if r) / len(ranks), 3)}


def limit(index: Index, seconds: float) -> dict[str, float]:
    """What the forward passes cost in multiplications, and how long the machine would take for these alone."""
    from tokenizers import Tokenizer

    from index.encoder import MAX_TOKENS, passage_text
    from index.packaged_model import model_folder
    from index.types import Passage, Sentence

    tokenizer = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    products = 0
    for path in (article.path for article in index.catalog.articles()):
        article = index.catalog.article(path)
        assert article is not None
        for passage in index.catalog.passages_of(path):
            spans = tuple(Sentence(start, end) for start, end in passage.sentences)
            text = passage_text(article, Passage(passage.start, passage.end, spans)).text
            count = len(tokenizer.encode(text).ids)
            products += LAYERS * count * (4 * DIM**2 + 2 * DIM * HIDDEN + 2 * count * DIM)
    rate = best_rate()
    return {
        "G_products": round(products / 1e9),
        "G_products_per_s_at_best": round(rate / 1e9, 1),
        "least_s": round(products / rate, 1),
        "times_least": round(seconds * rate / products, 2),
    }


def best_rate(rounds: int = 20) -> float:
    """Multiplications a second of large int8 matrices, every core busy."""
    import onnxruntime
    from onnx import TensorProto, helper

    sides = helper.make_tensor_value_info("a", TensorProto.UINT8, [SQUARE, SQUARE])
    weights = np.random.default_rng(0).integers(-64, 64, (SQUARE, SQUARE), dtype=np.int8)
    constant = helper.make_tensor("b", TensorProto.INT8, [SQUARE, SQUARE], weights.tobytes(), raw=True)
    out = helper.make_tensor_value_info("c", TensorProto.INT32, [SQUARE, SQUARE])
    graph = helper.make_graph([helper.make_node("MatMulInteger", ["a", "b"], ["c"])], "g", [sides], [out], [constant])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    values = np.random.default_rng(1).integers(0, 255, (SQUARE, SQUARE), dtype=np.uint8)
    session.run(None, {"a": values})
    with ThreadPoolExecutor(cores()) as pool:
        started = time.perf_counter()
        list(pool.map(lambda _: session.run(None, {"a": values}), range(rounds)))
        seconds = time.perf_counter() - started
    return rounds * SQUARE**3 / seconds


def show(rows: Sequence[dict[str, Any]]) -> None:
    """Prints one table, and the ratio of the rates."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    names = list(dict.fromkeys(name for row in rows for name in row if name != "what"))
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("", *(str(row["what"]) for row in rows)):
        table.add_column(heading, justify="right")
    for name in names:
        table.add_row(name, *("–" if name not in row else f"{row[name]:,}" for row in rows))
    Console(width=110).print(table)
    ours = [row["articles_per_s"] for row in rows if row["what"] in ("byline", "byline, again")]
    stock = next(row["articles_per_s"] for row in rows if row["what"] == "stock pipeline")
    print(f"articles a second: {sum(ours) / len(ours) / stock:.2f} times the stock pipeline's")


def _fp32() -> OnnxEncoder:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "fp32.onnx")
        export_fp32(file)
        return OnnxEncoder(file)


def _byline(what: str, *arguments: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.speed.index", "build", *map(str, arguments)]
    return {"what": what} | _run(command, ONE_THREAD)


def _run(command: list[str], settings: dict[str, str] | None = None) -> dict[str, Any]:
    environment = os.environ | (settings or {})
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()
