"""Another checkout of Byline beside this one: `python -m benchmarks.speed.beside CHECKOUT [--articles FOLDER]`.

Starts `byline chat` of both in turn, so many times, over the same articles (the seeds) with an index of their own.
Prints the medians, and in times of the other checkout's, of: seconds until the page's first byte; until Byline is
ready; the median and the 95th percentile of questions asked one after the other over the API from then on, most of
which come while what starts with the page is still at work.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, fields
from pathlib import Path
from statistics import median, quantiles
from time import monotonic, sleep

import httpx

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 4
ASKED = ("How many US troops remain in Iraq?", "When did combat end?", "Who announced it?", "What happened in Iraq?")
TIMES = 120
"""Questions of a round."""
START_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One start of one checkout."""

    first_byte: float
    ready: float
    """Both in seconds from the start of the command."""
    asked: float
    asked_p95: float
    """In milliseconds."""


def seen(checkout: Path, articles: Path, index: Path) -> Seen:
    """Starts a checkout's page, asks it, ends it. Raises RuntimeError where it does not become ready."""
    command = [sys.executable, "-P", "-m", "ui.cli", "chat", str(articles), "--index", str(index), "--port", "0"]
    environment = os.environ | {"PYTHONPATH": str(checkout)}
    began = monotonic()
    process = subprocess.Popen(command, cwd=checkout, env=environment, stderr=subprocess.PIPE, text=True)
    late = threading.Timer(START_SECONDS, process.kill)
    late.start()
    try:
        assert process.stderr is not None
        first_byte = ready = 0.0
        url = ""
        while not ready:
            line = process.stderr.readline()
            if not line:
                raise RuntimeError(f"byline chat of {checkout} did not become ready")
            if at := re.match(r"Byline is at (\S+)", line):
                url = at[1]
                assert httpx.get(url + "/", timeout=60, trust_env=False).status_code == 200
                first_byte = monotonic() - began
            elif line.startswith("Byline is ready"):
                ready = monotonic() - began
        times = sorted(_asked(url))
        return Seen(first_byte, ready, 1000 * median(times), 1000 * quantiles(times, n=20)[18])
    finally:
        late.cancel()
        process.terminate()
        process.wait()


def _asked(url: str) -> list[float]:
    times = []
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        for number in range(TIMES):
            began = monotonic()
            answer = client.post("/api/ask", json={"question": ASKED[number % len(ASKED)]})
            times.append(monotonic() - began)
            assert answer.status_code == 200, answer.text
            sleep(0.02)
    return times


def main() -> None:
    """Reads the command line, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--articles", type=Path, default=ROOT / "seeds")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    checkouts = {"this": ROOT, "other": given.checkout.resolve()}
    found: dict[str, list[Seen]] = {name: [] for name in checkouts}
    with tempfile.TemporaryDirectory() as work:
        for number in range(given.rounds + 1):
            for name in sorted(checkouts, reverse=bool(number % 2)):
                one = seen(checkouts[name], given.articles.resolve(), Path(work) / name)
                if number:  # the first makes the indexes
                    found[name].append(one)
    print("| | this | other | ratio | range of this | range of the other |\n|---|---|---|---|---|---|")
    for field in fields(Seen):
        values = {name: [getattr(one, field.name) for one in all] for name, all in found.items()}
        this, other = median(values["this"]), median(values["other"])
        ranges = " | ".join(f"{min(values[name]):.4g} to {max(values[name]):.4g}" for name in ("this", "other"))
        print(f"| {field.name} | {this:.4g} | {other:.4g} | {this / other:.2f} | {ranges} |")


if __name__ == "__main__":
    main()
