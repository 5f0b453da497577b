"""Many people at once: `python -m benchmarks.servers.load --data bench/news2022 [--index FOLDER]`.

Starts `byline chat` over the 1,000 articles of DATA (corpus.jsonl.gz, queries.jsonl), in a process of its own on
loopback. First one person asks, one question after the other; then many, each with a pause to think between two
questions. Prints what went wrong, how long answers took (client's wall clock, the queue included), and the server's
memory; exits 1 where a question failed or the 95th percentile is more than ten times the median of the one person
alone. It ends by itself, and ends its server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from time import monotonic

from benchmarks.quality.news import news, rows
from benchmarks.servers.server import resident, serving

PEOPLE = 50
QUESTIONS = 20
THINK = 5.0
"""Seconds between an answer and the person's next question."""
ALONE = 60
"""Questions of the one person, who does not think: her median is what the others are measured by."""
AT_MOST = 10.0
"""The crowd's 95th percentile may be so many times that."""
PATIENCE = 60.0
"""Seconds that a person waits for an answer."""
LOOK = 2.0
"""Seconds between two looks at the server's memory."""
SEED = 2022


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured; times in seconds."""

    people: int
    asked: int
    seconds: float
    """From the first question of the crowd to its last answer."""
    errors: dict[str, int]
    """By status or kind."""
    alone: float
    """Median of the one person."""
    p50: float
    p95: float
    p99: float
    memory: tuple[float, ...]
    """The server's resident memory in MB over the crowd's time."""

    @property
    def ratio(self) -> float:
        """The crowd's 95th percentile in medians of the one person."""
        return self.p95 / self.alone

    @property
    def passed(self) -> bool:
        """Whether everybody got an answer, in time."""
        return not self.errors and self.ratio <= AT_MOST


class _Times:
    """How long each answer took, and what came instead of one."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.errors: Counter[str] = Counter()


def measure(url: str, pid: int, questions: Sequence[str], people: int, each: int, think: float, alone: int) -> Load:
    """Loads the server at `url`, whose process is `pid`. Takes `each` x (`think` + an answer) seconds, bounded."""
    return asyncio.run(_measured(url, pid, questions, people, each, think, alone))


async def _measured(
    url: str, pid: int, questions: Sequence[str], people: int, each: int, think: float, alone: int
) -> Load:
    one, many, memory = _Times(), _Times(), [resident(pid)]
    chosen = random.Random(SEED)
    order = itertools.cycle(chosen.sample(list(questions), len(questions)))
    await _person(url, [next(order) for _ in range(alone)], 0, 0, one)
    if one.errors:
        raise RuntimeError(f"one person alone got errors: {dict(one.errors)}")
    watching = asyncio.create_task(_watched(pid, memory))
    began = monotonic()
    async with asyncio.timeout(each * (think + PATIENCE) + PATIENCE), asyncio.TaskGroup() as crowd:
        for _ in range(people):
            asked = [next(order) for _ in range(each)]
            crowd.create_task(_person(url, asked, think, chosen.uniform(0, think), many))
    seconds = monotonic() - began
    watching.cancel()
    memory.append(resident(pid))
    cuts = quantiles(many.taken, n=100, method="inclusive") if len(many.taken) > 1 else [0.0] * 99
    p50, p95, p99 = (cuts[percent - 1] for percent in (50, 95, 99))
    errors = dict(many.errors)
    return Load(people, people * each, seconds, errors, median(one.taken), p50, p95, p99, tuple(memory))


async def _person(url: str, questions: Sequence[str], think: float, first: float, times: _Times) -> None:
    """Asks one question after the other, with a pause before each but the first, which comes after `first`."""
    import httpx

    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as client:
        for number, question in enumerate(questions):
            await asyncio.sleep(think if number else first)
            began = monotonic()
            try:
                response = await client.post("/api/ask", json={"question": question})
                wrong = None if response.status_code == 200 else f"{response.status_code}"
            except httpx.HTTPError as error:
                wrong = type(error).__name__
            if wrong:
                times.errors[wrong] += 1
            else:
                times.taken.append(monotonic() - began)


async def _watched(pid: int, memory: list[float]) -> None:
    while True:
        memory.append(resident(pid))
        await asyncio.sleep(LOOK)


def report(load: Load) -> str:
    """The figures as Markdown."""
    start, middle, end = load.memory[0], load.memory[len(load.memory) // 2], load.memory[-1]
    facts = {
        "questions": f"{load.asked:,} of {load.people} people in {load.seconds:,.0f} s",
        "errors": ", ".join(f"{count} x {kind}" for kind, count in load.errors.items()) or "none",
        "one person alone, median": f"{1000 * load.alone:,.0f} ms",
        "all of them: p50 / p95 / p99": " / ".join(f"{1000 * p:,.0f}" for p in (load.p50, load.p95, load.p99))
        + " ms",
        "p95 in medians of one alone": f"{load.ratio:.1f} (at most {AT_MOST:.0f})",
        "server's memory, start / middle / end": f"{start:,.0f} / {middle:,.0f} / {end:,.0f} MB",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {fact} |" for name, fact in facts.items())])


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--index", type=Path, help="keep the index here instead of in a temporary folder")
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--questions", type=int, default=QUESTIONS, help="of each")
    parser.add_argument("--think", type=float, default=THINK, help="seconds between two questions")
    parser.add_argument("--alone", type=int, default=ALONE, help="questions of the one person")
    parser.add_argument("--json", type=Path, metavar="OUT")
    given = parser.parse_args()
    questions = [row["question"] for row in rows(given.data / "queries.jsonl")]
    with tempfile.TemporaryDirectory() as folder:
        with news(given.data, given.index, Path(folder)) as assistant:
            settings = assistant.settings
        with serving(settings.folder, settings.index_folder) as server:
            load = measure(server.url, server.pid, questions, given.people, given.questions, given.think, given.alone)
    print(report(load))
    if given.json:
        given.json.write_text(json.dumps(asdict(load) | {"ratio": load.ratio}, indent=2) + "\n", encoding="utf-8")
    sys.exit(not load.passed)


if __name__ == "__main__":
    main()
