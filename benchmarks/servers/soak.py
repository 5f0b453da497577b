"""A server that stays up: `python -m benchmarks.servers.soak [--minutes 20] [--handles 256] [--json OUT] [--plot
OUT]`.

Starts `byline chat` over a folder of articles made of sentences of the seeds, and works on it for so many minutes:
files are written, edited, renamed, deleted, uploaded; questions are asked; articles and the collection's picture are
opened. Each change is waited for until the server's own API tells of it. What the process holds (handles, threads,
memory) is looked at every other second. At full length that is 1,000 changes, 2,000 questions and 500 openings; a
shorter run does as much less.

Exits 1 where the handles, threads or memory of the last quarter are above those of the second quarter (the first is
the warm-up) by more than GROWTH allows, where a change of the last quarter took longer than CHANGE_SECONDS, or where
anything failed. It ends by itself, and ends its server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic

import httpx

from benchmarks.servers.server import Held, Server, held, serving

FULL_MINUTES = 20.0
CHANGES, QUESTIONS, OPENINGS = 1_000, 2_000, 500
"""In a run of FULL_MINUTES."""
ARTICLES = 60
"""In the folder at the start; changes keep it near that."""
LOOK = 2.0
"""Seconds between two looks at the process."""
CHANGE_SECONDS = 2.0
"""How long a change of the folder may take to be told by the API."""
PATIENCE = 60.0
"""How long it is waited for at most."""
GROWTH = {"handles": 8.0, "threads": 4.0, "memory": 25.0}
"""What the last quarter's median may be above the second quarter's: a few that come and go with requests, and MB."""
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ASKED = (
    "How many US troops remain in Iraq?",
    "When did combat end?",
    "Who announced the end of the combat mission?",
    "What does a litre of milk cost in Norway?",
    "What did the coalition say?",
)
SEED = 18


@dataclass(frozen=True, slots=True)
class Look:
    """What the process held, so many seconds after the start."""

    seconds: float
    holds: Held


@dataclass(slots=True)
class Soak:
    """What was done and seen."""

    minutes: float
    handles_allowed: int | None
    looks: list[Look] = field(default_factory=list)
    changes: list[tuple[float, float]] = field(default_factory=list)
    """For each change: when it was made, and after how many seconds the API told of it."""
    asked: list[float] = field(default_factory=list)
    """Seconds of each question."""
    opened: int = 0
    errors: Counter[str] = field(default_factory=Counter)

    def quarter(self, number: int) -> list[Held]:
        """What was held in a quarter of the time, from 1."""
        part = 60 * self.minutes / 4
        return [look.holds for look in self.looks if (number - 1) * part <= look.seconds < number * part]

    def growth(self) -> dict[str, float]:
        """The last quarter's median less that of the second, of handles, threads and memory in MB."""
        before, after = self.quarter(2), self.quarter(4)
        return {
            name: median(getattr(one, name) for one in after) - median(getattr(one, name) for one in before)
            for name in GROWTH
        }

    def last_changes(self) -> list[float]:
        """How long those of the last quarter took."""
        return [took for at, took in self.changes if at >= 45 * self.minutes]

    def problems(self) -> list[str]:
        """Why it did not hold, a line each."""
        grown = [f"{name} grew by {by:.1f}" for name, by in self.growth().items() if by > GROWTH[name]]
        slow = [took for took in self.last_changes() if took > CHANGE_SECONDS]
        late = [f"{len(slow)} changes of the last quarter took over {CHANGE_SECONDS:.0f} s"] if slow else []
        none = [] if self.last_changes() else ["no change of the last quarter was told"]
        return grown + late + none + [f"{count} x {kind}" for kind, count in self.errors.items()]


class Folder:
    """Articles that change; each state of one carries a word that no other has."""

    def __init__(self, root: Path, chosen: random.Random) -> None:
        root.mkdir(parents=True)
        self.root, self._chosen, self._words = root, chosen, 0
        texts = [file.read_text("utf-8") for file in sorted(SEEDS.glob("*.txt"))]
        self._sentences = [line.strip() for text in texts for line in text.splitlines() if len(line) > 40]
        self.names: list[str] = []
        for _ in range(ARTICLES):
            self.write(self.new_name())

    def new_name(self) -> str:
        """A name that no file has had."""
        self._words += 1
        return f"report{self._words:05}.txt"

    def text(self) -> tuple[str, str]:
        """A text of sentences of the seeds, and the word that marks it."""
        self._words += 1
        word = f"marker{self._words:06}"
        sentences = self._chosen.sample(self._sentences, min(8, len(self._sentences)))
        return f"Report {word} from the field\n\n" + "\n\n".join(sentences) + "\n", word

    def write(self, name: str) -> str:
        """Writes an article, new or in place of another. Returns its word."""
        text, word = self.text()
        (self.root / name).write_text(text, encoding="utf-8")
        if name not in self.names:
            self.names.append(name)
        return word

    def take(self) -> str:
        """Any article's name; it is not listed any more."""
        return self.names.pop(self._chosen.randrange(len(self.names)))


class _Run:
    """One run over a server."""

    def __init__(self, server: Server, folder: Folder, soak: Soak, chosen: random.Random) -> None:
        self.server, self.folder, self.soak, self.chosen = server, folder, soak, chosen
        self.began = monotonic()
        self.client = httpx.AsyncClient(base_url=server.url, timeout=PATIENCE, trust_env=False)

    def seconds(self) -> float:
        return monotonic() - self.began

    async def repeat(self, times: int, act: Callable[[], Awaitable[None]]) -> None:
        """Does something so many times, spread over the whole time; what fails is counted."""
        pause = 60 * self.soak.minutes / times
        for number in range(times):
            await asyncio.sleep(max(0.0, number * pause - self.seconds()))
            if self.seconds() > 60 * self.soak.minutes:
                self.soak.errors[f"{act.__name__}: not done in time"] += times - number
                return
            try:
                await act()
            except (httpx.HTTPError, AssertionError, TimeoutError) as error:
                self.soak.errors[f"{act.__name__}: {type(error).__name__} {error}"[:200]] += 1

    async def change(self) -> None:
        """One change of the folder, and how long the server takes to tell of it."""
        kind = self.chosen.choice(("write", "edit", "edit", "rename", "delete", "upload"))
        if kind in ("rename", "delete") and len(self.folder.names) < ARTICLES // 2:
            kind = "write"
        if len(self.folder.names) > 2 * ARTICLES:
            kind = "delete"
        gone, there, word = await getattr(self, f"_{kind}")()
        at = self.seconds()
        if gone:
            await self._until(gone, None)
        if there:
            await self._until(there, word)
        self.soak.changes.append((at, self.seconds() - at))

    async def _write(self) -> tuple[str, str, str]:
        name = self.folder.new_name()
        return "", name, self.folder.write(name)

    async def _edit(self) -> tuple[str, str, str]:
        name = self.chosen.choice(self.folder.names)
        return "", name, self.folder.write(name)

    async def _rename(self) -> tuple[str, str, str]:
        old, new = self.folder.take(), self.folder.new_name()
        (self.folder.root / old).rename(self.folder.root / new)
        self.folder.names.append(new)
        return old, new, "marker"

    async def _delete(self) -> tuple[str, str, str]:
        name = self.folder.take()
        (self.folder.root / name).unlink()
        return name, "", ""

    async def _upload(self) -> tuple[str, str, str]:
        name, (text, word) = self.folder.new_name(), self.folder.text()
        sent = await self.client.post(
            "/api/articles",
            params={"name": name},
            content=text.encode(),
            headers={"content-type": "application/octet-stream"},
        )
        assert sent.status_code == 201, f"upload answered {sent.status_code}"
        self.folder.names.append(name)
        return "", name, word

    async def _until(self, path: str, word: str | None) -> None:
        """Returns when the API gives the article with this word, or for None none at all."""
        until = monotonic() + PATIENCE
        while monotonic() < until:
            found = await self.client.get("/api/article", params={"path": path})
            if (
                found.status_code == 404
                if word is None
                else found.status_code == 200 and word in found.json()["text"]
            ):
                return
            await asyncio.sleep(0.05)
        raise TimeoutError("the change was not indexed")

    async def question(self) -> None:
        """One question."""
        began = monotonic()
        answer = await self.client.post("/api/ask", json={"question": self.chosen.choice(ASKED)})
        assert answer.status_code == 200, f"ask answered {answer.status_code}"
        self.soak.asked.append(monotonic() - began)

    async def opening(self) -> None:
        """An article, the picture with the list, the page, or what the collection says of itself."""
        name = self.chosen.choice(self.folder.names)
        pages: tuple[tuple[str, dict[str, str | int]], ...] = (
            ("/api/article", {"path": name}),
            ("/api/collection/picture", {"width": 960}),
            ("/api/collection/articles", {"text": "report"}),
            ("/", {}),
            ("/api/collection", {}),
        )
        path, params = pages[self.soak.opened % len(pages)]
        answer = await self.client.get(path, params=params)
        assert answer.status_code in (200, 404), f"{path} answered {answer.status_code}"
        if path == "/api/collection":
            assert not answer.json()["problem"], answer.json()["problem"]
        self.soak.opened += 1

    async def looks(self) -> None:
        """Looks at the process until it is cancelled."""
        while True:
            self.soak.looks.append(Look(self.seconds(), held(self.server.pid)))
            await asyncio.sleep(LOOK)

    async def whole(self) -> None:
        """Everything at once, for so many minutes."""
        share = self.soak.minutes / FULL_MINUTES
        looking = asyncio.create_task(self.looks())
        async with asyncio.timeout(60 * self.soak.minutes + 2 * PATIENCE), asyncio.TaskGroup() as work:
            work.create_task(self.repeat(max(8, round(share * CHANGES)), self.change))
            work.create_task(self.repeat(max(8, round(share * QUESTIONS)), self.question))
            work.create_task(self.repeat(max(8, round(share * OPENINGS)), self.opening))
        await asyncio.sleep(max(0.0, 60 * self.soak.minutes - self.seconds()))
        looking.cancel()
        await self.client.aclose()


def soaked(work: Path, minutes: float, handles: int | None) -> Soak:
    """A whole run, in a work folder of its own."""
    chosen = random.Random(SEED)
    folder, soak = Folder(work / "articles", chosen), Soak(minutes, handles)
    with serving(folder.root, work / "index", handles=handles, data=work / "data") as server:
        asyncio.run(_Run(server, folder, soak, chosen).whole())
    return soak


def report(soak: Soak) -> str:
    """The figures as Markdown."""
    before, after = soak.quarter(2), soak.quarter(4)
    late = soak.last_changes() or [0.0]
    asked = soak.asked or [0.0]
    facts = {
        "minutes; handles allowed": f"{soak.minutes:g}; {soak.handles_allowed or 'as the system has them'}",
        "changes; questions; openings": f"{len(soak.changes):,}; {len(soak.asked):,}; {soak.opened:,}",
        "a change is indexed after, last quarter: median / longest": f"{median(late):.2f} / {max(late):.2f} s",
        "a question, median / longest": f"{1000 * median(asked):.0f} / {1000 * max(asked):.0f} ms",
    }
    for name, unit in (("handles", ""), ("sqlite", ""), ("threads", ""), ("memory", " MB")):
        values = [f"{median(getattr(one, name) for one in part):,.0f}{unit}" for part in (before, after) if part]
        facts[f"{name}, second / last quarter"] = " / ".join(values)
    facts["problems"] = "; ".join(soak.problems()) or "none"
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {fact} |" for name, fact in facts.items())])


def plot(soaks: Sequence[Soak], file: Path) -> None:
    """Handles, threads and memory over time, a line for each run."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 4, figsize=(11, 2.6), constrained_layout=True)
    for soak in soaks:
        label = f"ulimit -n {soak.handles_allowed}" if soak.handles_allowed else "as the system has them"
        minutes = [look.seconds / 60 for look in soak.looks]
        for axis, name in zip(axes, ("handles", "threads", "memory"), strict=False):
            axis.plot(minutes, [getattr(look.holds, name) for look in soak.looks], linewidth=1, label=label)
        axes[3].plot([at / 60 for at, _ in soak.changes], [took for _, took in soak.changes], ".", markersize=2)
    for axis, title in zip(axes, ("handles", "threads", "memory, MB", "a change is indexed after, s"), strict=True):
        axis.set_title(title, fontsize=9)
        axis.set_xlabel("minutes", fontsize=8)
        axis.set_ylim(bottom=0)
        axis.tick_params(labelsize=8)
    axes[0].legend(fontsize=7)
    figure.savefig(file, dpi=90)


def main() -> None:
    """Reads the command line, runs and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=FULL_MINUTES)
    parser.add_argument("--handles", type=int, action="append", help="ulimit -n of the server; twice: two at once")
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--plot", type=Path, metavar="OUT")
    given = parser.parse_args()
    with ThreadPoolExecutor() as pool, tempfile.TemporaryDirectory() as work:
        allowed = [handles or None for handles in given.handles or [0]]
        runs = [pool.submit(soaked, Path(work) / str(n), given.minutes, one) for n, one in enumerate(allowed)]
        soaks = [run.result() for run in runs]
    print("\n\n".join(map(report, soaks)))
    if given.json:
        given.json.write_text(
            json.dumps([asdict(soak) | {"errors": dict(soak.errors)} for soak in soaks], indent=1) + "\n",
            encoding="utf-8",
        )
    if given.plot:
        plot(soaks, given.plot)
    sys.exit(any(soak.problems() for soak in soaks))


if __name__ == "__main__":
    main()
