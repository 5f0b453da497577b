"""How long Byline takes beside the stock pipeline (benchmarks/speed/stock.py), in one run on one machine.

    pip install -e ".[bench]"
    python -m benchmarks.speed.questions [--rounds 5] [--json speed.json]

cold      whole processes on built indexes: `byline ask`, against the stock pipeline's imports and one retrieval
warm      a cited answer against the stock pipeline's retrieval alone, question by question
start     `byline --help`, and `import rag`

Processes are timed from outside and take turns, so that whatever else the machine does hits both. Medians. Nothing
here is asserted: the figures are for people to read.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

History = Sequence[tuple[str, str]]
Asked = tuple[str, History]
"""A question and what was said before it."""
Process = subprocess.Popen[str]
QUESTION = "How many US troops remain in Iraq?"
ROOT = Path(__file__).resolve().parents[2]
PYTHON = [sys.executable, "-m"]
PASSES = 3
"""Times that the running processes are asked everything; the first is shown apart."""
OFFLINE = {"HF_HUB_OFFLINE": "1", "ANONYMIZED_TELEMETRY": "False"}
"""For both: a hub that does not answer would be charged to the stock pipeline alone."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One comparison, in milliseconds; `stock` and `ratio` are None where there is nothing to compare with."""

    name: str
    byline: float
    stock: float | None
    runs: int

    @property
    def ratio(self) -> float | None:
        """Byline's time as a share of the stock pipeline's."""
        return self.byline / self.stock if self.stock else None


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="times that each process is started")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures here too")
    given = parser.parse_args()
    if find_spec("llama_index.embeddings") is None or find_spec("llama_index.embeddings.huggingface") is None:
        parser.error('the stock pipeline is not installed: run pip install -e ".[bench]"')
    with tempfile.TemporaryDirectory() as folder:
        index, store = Path(folder, "index"), Path(folder, "stock")
        _run(_byline("index", str(ROOT / "seeds"), "--index", str(index)))
        _run([*PYTHON, "benchmarks.speed.stock", "prepare", str(store), str(ROOT / "seeds")])
        timings = [cold(index, store, given.rounds), *warm(index, store), *start(given.rounds)]
    show(timings)
    if given.json:
        rows = [asdict(timing) | {"ratio": timing.ratio} for timing in timings]
        given.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def cold(index: Path, store: Path, rounds: int) -> Timing:
    """One question asked of a process that has just started, its files in the disk cache."""
    seeds = str(ROOT / "seeds")
    ours, theirs = _run_in_turn(
        _byline("ask", QUESTION, "--articles", seeds, "--index", str(index)),
        [*PYTHON, "benchmarks.speed.stock", "ask", str(store), QUESTION],
        rounds,
    )
    return Timing("cold: ask / one retrieval", ours, theirs, rounds)


def warm(index: Path, store: Path) -> list[Timing]:
    """Every answerable fact of the seeds asked of two running processes in turn; first round apart."""
    from eval.facts import load_facts

    facts = [fact for fact in load_facts(ROOT / "eval" / "facts" / "seeds.jsonl") if not fact.abstain]
    with (
        served("benchmarks.speed.questions", "serve", index, ROOT / "seeds") as byline,
        served("benchmarks.speed.stock", "serve", store) as stock,
    ):
        asked = [(fact.question, fact.history) for fact in facts]
        in_turn((byline, stock), asked[:1])
        passes = [in_turn((byline, stock), asked) for _ in range(PASSES)]
    first, rest = passes[0], [pair for one in passes[1:] for pair in one]
    return [
        _timing("warm, asked first: ask / retrieval", first),
        _timing("warm, asked again: ask / retrieval", rest),
    ]


def start(rounds: int) -> list[Timing]:
    """What a command pays before it does anything."""
    helped, imported = _run_in_turn(_byline("--help"), [sys.executable, "-c", "import rag"], rounds)
    return [
        Timing("start: byline --help", helped, None, rounds),
        Timing("start: import rag", imported, None, rounds),
    ]


def show(timings: Sequence[Timing]) -> None:
    """Prints one table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table("median, ms", box=box.SIMPLE_HEAD)
    for name in ("byline", "stock", "ratio", "runs"):
        table.add_column(name, justify="right")
    for timing in timings:
        stock = "–" if timing.stock is None else f"{timing.stock:,.1f}"
        ratio = "–" if timing.ratio is None else f"{timing.ratio:.2f}"
        table.add_row(timing.name, f"{timing.byline:,.1f}", stock, ratio, str(timing.runs))
    Console().print(table)


def serve(ask: Callable[[str, History], object]) -> None:
    """Answers the questions on stdin, a JSON [question, history] a line, with the milliseconds that each took."""
    for line in sys.stdin:
        question, history = json.loads(line)
        started = time.perf_counter()
        ask(question, tuple((asked, replied) for asked, replied in history))
        print((time.perf_counter() - started) * 1000, flush=True)


def _serve_byline(index: Path, articles: Path) -> None:
    from rag import Assistant

    with Assistant(articles, index=index) as assistant:
        serve(assistant.ask)


@contextmanager
def served(module: str, *arguments: object, settings: Mapping[str, str] | None = None) -> Iterator[Process]:
    """A process of a module that answers as `serve` does, with these in its environment; it ends with the block."""
    command = [*PYTHON, module, *map(str, arguments)]
    environment = _environment() | dict(settings or {})
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        yield process
        process.communicate()


def in_turn(processes: Sequence[Process], asked: Sequence[Asked], block: int = 1) -> list[tuple[float, ...]]:
    """The milliseconds that each process took for each question and history, asked of one process after the other in
    blocks of so many questions, the first of them another one each time."""
    taken: list[tuple[float, ...]] = []
    for number, start in enumerate(range(0, len(asked), block)):
        first = number % len(processes)
        order = [*range(first, len(processes)), *range(first)]
        times = {place: [_asked(processes[place], *one) for one in asked[start : start + block]] for place in order}
        taken += zip(*(times[place] for place in range(len(processes))), strict=True)
    return taken


def _asked(process: Process, question: str, history: History) -> float:
    if process.stdin is None or process.stdout is None:
        raise ValueError("the process has no pipes")
    process.stdin.write(json.dumps([question, history]) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise SystemExit(f"{process.args!r} ended on: {question}")
    return float(line)


def _timing(name: str, pairs: Sequence[tuple[float, ...]]) -> Timing:
    ours, theirs = zip(*pairs, strict=True)
    return Timing(name, statistics.median(ours), statistics.median(theirs), len(pairs))


def _run_in_turn(one: list[str], other: list[str], rounds: int) -> tuple[float, float]:
    """Median milliseconds of two commands run in turn, after one run of each that does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for times, command in zip(taken, (one, other), strict=True):
            started = time.perf_counter()
            _run(command)
            times.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken[0][1:]), statistics.median(taken[1][1:])


def _byline(*arguments: str) -> list[str]:
    return [*PYTHON, "ui.cli", *arguments]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    return kept | OFFLINE


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        _serve_byline(*map(Path, sys.argv[2:]))
    else:
        main()
