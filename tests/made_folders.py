"""Folders of articles that tests write, and the indexes and assistants over them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples_of

from index.search.vectors import VectorStore
from index.settings import Settings, load
from index.store import Index
from rag import Answer, Assistant

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"

BRIDGE = """A bridge in Oslo opens

The bridge in Oslo opened on Friday, 3 May 2019, after two years of work. It cost 45 million euros.

“It will spare drivers an hour a day,” said the mayor, Kari Nordmann. About 12,000 cars cross it daily.
"""
FERRY = """Ferry service to Bergen ends

The ferry to Bergen made its last trip on Sunday. The company said that 230 people had worked on its two ships.
"""
MUSEUM = """Museum of clocks shuts in Basel

The museum of clocks in Basel shut its doors in March. Its director, Urs Keller, blamed rising rents.
"""
THREE = {"bridge.txt": BRIDGE, "news/ferry.md": FERRY, "news/museum.txt": MUSEUM}
QUESTIONS = (
    "When did the bridge in Oslo open?",
    "How many people worked on the ferry to Bergen?",
    "Who is the director of the museum of clocks?",
)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes each file as it is, without translating line ends, and returns the folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def configured(articles: Path, index: Path, **given: Any) -> Settings:
    """Settings that no variable of the environment has a part in."""
    return load(environ={}, articles=articles, index=index, **given)


def opened(articles: Path, index: Path, *, sync: bool = True, **given: Any) -> Assistant:
    """An assistant on these folders and the defaults, but that words are set apart however sure they are: what they
    are is tested, and not how likely."""
    return Assistant(settings=configured(articles, index, **{"bold": 0.0} | given), sync=sync)


def first(answer: Answer) -> str:
    """The sentence that is shown first, be it claimed or only offered; "" where nothing was found."""
    return answer.claims[0].text if answer.claims else answer.nearby[0].quote if answer.nearby else ""


def held(index: Index) -> dict[str, Any]:
    """What an index holds, without what may differ between builds: row numbers, keys, times."""
    catalog = index.catalog
    ids = set(catalog.ids_after(0).tolist())
    stored = vectors_stored(index)
    passages = catalog.passages(ids=sorted(ids))
    return {
        "articles": [catalog.article(article.path) for article in catalog.articles()],
        "passages": [
            (
                p.path,
                p.start,
                p.end,
                p.sentences,
                p.content,
                p.vectors.passage.tobytes(),
                p.vectors.sentences.tobytes(),
            )
            for p in passages
        ],
        "failures": catalog.failures(),
        "vectors that no passage has": len(stored - ids),
        "passages without a vector": len(ids - stored),
    }


def vectors_stored(index: Index) -> set[int]:
    """The ids of the passages in the vector store, as it stands on the disk."""
    with closing(VectorStore(index.settings.index_folder, index.catalog.recall("store") or "none")) as store:
        return store.ids()


def environment(**changes: str) -> dict[str, str]:
    """The environment for another Python process on this checkout, without anyone's BYLINE_* variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **changes}


def started(script: str, *arguments: object, cwd: Path = ROOT, **changes: str) -> subprocess.Popen[str]:
    """Another Python process that runs `script`."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environment(**changes),
    )


def printed(process: subprocess.Popen[str]) -> str:
    """What a started process prints, when it has ended well."""
    out, error = process.communicate(timeout=150)
    assert process.returncode == 0, error
    return out


def few(count: int) -> examples_of:
    """`count` examples, the same in every run: each of them indexes a folder."""
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
    more = "MORE_EXAMPLES" in os.environ
    return examples_of(
        phases=tuple(Phase) if more else (Phase.explicit, Phase.generate),
        max_examples=count * int(os.environ.get("MORE_EXAMPLES", "1")),
        stateful_step_count=10,
        deadline=None,
        derandomize=not more,
        database=None,
        suppress_health_check=slow,
    )
