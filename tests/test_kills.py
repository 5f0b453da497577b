"""Kill -9 at any moment, then a restart, loses nothing and leaves no ghost.

A real `byline index` is killed again and again at other moments, and between the kills its folder is edited.
KILLS says how often (the usual run is short), SEED which moments and edits; `pytest -s` prints where they fell.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from made_folders import configured, held, started, write

from index import sync
from index.errors import FolderError
from index.lock import LOCK
from index.search import dense, vectors
from index.search.vectors import VectorStore
from index.settings import Settings
from index.store import Index
from index.text.terms import stem
from rag import Answer, Assistant

pytestmark = pytest.mark.slow

FEW = 2
KILLS = int(os.environ.get("KILLS", FEW))
SEED = os.environ.get("SEED", "1")
ROUND = 6
"""Kills between two comparisons with a clean build."""
SMALL = {"dense.EXACT": 5, "dense.CHUNK": 4, "sync.FEED": 6, "vectors.BATCH": 2, "vectors.PERSIST": 6}
"""The vector store is searched, fed in the middle of a run, and writes its graph every few vectors."""
MODULES = {"dense": dense, "sync": sync, "vectors": vectors}
NAMED = 40
"""Bytes of the board, the file that a process leaves behind, for the name of its phase; the next is 1 from the moment
at which its place was reached."""
STEPS = (
    *("Catalog.put", "Catalog._put_passage", "Catalog.remove", "Catalog.rearrange", "Catalog.move", "Catalog.touch"),
    *("Catalog.seen", "Catalog.skip", "Catalog.forget", "Catalog.stored", "Catalog.remember"),
    *("Catalog.checkpoint", "COMMIT", "OnnxEncoder.encode", "Sync._delete", "_Put.rows", "Index._check_manifest"),
    *("VectorStore._open", "VectorStore.add", "VectorStore.delete", "DenseSearch._emptied", "DenseSearch._resumed"),
    *("DenseSearch._probe", "DenseSearch._finish", "DenseSearch.feed", "Sync._commit"),
)
"""Places are before and behind each of these."""
CHILD = """
import json, mmap, os, signal, sys
from contextlib import contextmanager
from functools import wraps
from index.catalog import catalog
from index.search import dense, vectors
from index import encoder, store, sync
from ui import cli

board, place, nth, at_once, sizes, steps, *arguments = sys.argv[1:]
steps, left = json.loads(steps), int(nth)
for name, size in json.loads(sizes).items():
    module, constant = name.split(".")
    setattr(globals()[module], constant, size)
shared = mmap.mmap(os.open(board, os.O_RDWR), 0)
phase = ["importing"]

def tell(name):
    phase[0] = name
    shared[:40] = name.encode().ljust(40)

def at(name):
    global left
    left -= name == place
    if left == 0 and name == place:
        if at_once == "yes":
            os.kill(os.getpid(), signal.SIGKILL)
        shared[40] = 1

def wrap(owner, name, within=None, behind=None):
    step, label = getattr(owner, name), owner.__name__ + "." + name
    @wraps(step)
    def told(*args, **kwargs):
        before = phase[0]
        if within:
            tell(within)
        try:
            at("before " + label)
            done = step(*args, **kwargs)
            at("behind " + label)
            return done
        finally:
            if within:
                tell(behind or before)
    setattr(owner, name, told)

transaction = catalog.Catalog.transaction
@contextmanager
def told(self):
    with transaction(self):
        yield
        at("before COMMIT")
    at("behind COMMIT")
catalog.Catalog.transaction = told

phases = {
    "Index.sync": ("finishing", "leaving"), "Index._found": ("comparing",), "Index._check_manifest": ("comparing",),
    "Sync.__init__": ("comparing",), "Sync.run": ("reading",), "Sync._encoding": ("loading the model",),
    "_Put.rows": ("embedding",), "Sync._delete": ("deleting",), "DenseSearch.feed": ("feeding Chroma",),
    "VectorStore._open": ("opening Chroma",), "DenseSearch._probe": ("checking Chroma",),
    "DenseSearch._finish": ("finishing",),
    **{"Sync." + name: ("committing",) for name in ("_commit", "_seen", "_touch", "_move", "_rearrange", "_begin")},
}
owners = (catalog.Catalog, dense.DenseSearch, encoder.OnnxEncoder, store.Index, sync.Sync, sync._Put)
owners = {owner.__name__: owner for owner in (*owners, vectors.VectorStore)}
for label in sorted({*phases, *steps} - {"COMMIT"}):
    owner, name = label.split(".")
    wrap(owners[owner], name, *phases.get(label, ()))
tell("opening the index")
sys.argv[1:] = arguments
cli.main()
"""
MADE_UP = re.compile(r"zq[a-j]+x")
CITIES = ("Oslo", "Bergen", "Basel", "Turku", "Porto", "Ghent", "Graz")
PEOPLE = ("Kari Nordmann", "Urs Keller", "Anna Müller", "Zoë O’Brien", "John Kirby")
SAID = (
    "The {word} in {city} opened in {year} after {number} years of slow and costly work.",
    "It cost {number} million euros, said the mayor, {person}.",
    "About {number},000 people in {city} use the {word} every day.",
    "“It will spare us an hour a day,” said {person}.",
    "The company had put {number} workers on the {word} since {year}.",
    "{person} blamed rising rents for the delay of {number} weeks.",
)


class Shelf:
    """A folder of articles under random edits; every paragraph holds a made-up word of its own."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.folder, self.rng = folder, rng
        self.made = 0
        self.articles: dict[str, list[str]] = {}
        """Path -> title and paragraphs."""
        self.records: list[list[str]] = []
        """The same, of each line of the export."""
        for _ in range(14):
            self.add()
        self.records = [self.article() for _ in range(8)]
        self.write()

    def article(self) -> list[str]:
        """A new title and new paragraphs."""
        return [self.sentences(1), *(self.sentences(self.rng.randint(2, 5)) for _ in range(self.rng.randint(1, 3)))]

    def sentences(self, count: int) -> str:
        self.made += 1
        word = made_up(self.made)
        told = (
            said.format(
                word=word,
                city=self.rng.choice(CITIES),
                person=self.rng.choice(PEOPLE),
                number=self.rng.randint(2, 99),
                year=self.rng.randint(1980, 2020),
            )
            for said in (SAID[0], *(self.rng.choice(SAID) for _ in range(count - 1)))
        )
        return " ".join(told)

    def words(self) -> set[str]:
        """The made-up words that stand in the folder now."""
        return {word for file in self.folder.rglob("*.*") for word in MADE_UP.findall(file.read_text())}

    def gone(self) -> set[str]:
        """Those that stood there once."""
        return {made_up(number) for number in range(1, self.made + 1)} - self.words()

    def texts(self) -> dict[str, str]:
        """The text of each article by path, where the format does not hide it."""
        files = (file for file in self.folder.rglob("*.*") if file.suffix in (".txt", ".md"))
        found = {file.relative_to(self.folder).as_posix(): file.read_text() for file in files}
        export = self.folder / "export.jsonl"
        lines = export.read_text().splitlines() if export.exists() else []
        return found | {f"export.jsonl#{n}": json.loads(line)["text"] for n, line in enumerate(lines, 1) if line[1:]}

    # --- edits --------------------------------------------------------------------------------------------

    def edit(self) -> None:
        """None to eight edits, so that at times only what a kill left is to be done."""
        for _ in range(self.rng.choice((0, 2, 3, 4, 6, 8))):
            edits: tuple[Callable[[], None], ...] = (
                *(self.add, self.change, self.change, self.remove, self.rename, self.copy, self.swap, self.touch),
                *(self.insert_record, self.reshuffle_records, self.change_record, self.shuffle_records),
            )
            self.rng.choice(edits)()
        self.write()

    def add(self) -> None:
        self.articles[self.free()] = self.article()

    def free(self, suffix: str = "") -> str:
        """A path that no article has."""
        paths = [f"{at}{n}" for at in ("a", "b", "sub/c") for n in range(40)]
        suffix = suffix or self.rng.choice((".txt", ".txt", ".md", ".html"))
        return self.rng.choice([path + suffix for path in paths if path + suffix not in self.articles])

    def some(self) -> str:
        if len(self.articles) < 4:
            self.add()
        return self.rng.choice(sorted(self.articles))

    def change(self) -> None:
        self.vary(self.articles[self.some()])

    def vary(self, article: list[str]) -> None:
        """One paragraph is replaced, put in, or taken out; the others stay."""
        at = self.rng.randint(1, len(article))
        how = self.rng.randrange(3)
        new = [self.sentences(self.rng.randint(2, 5))] if how or len(article) < 3 else []
        article[at : at + (how != 1)] = new

    def remove(self) -> None:
        del self.articles[self.some()]

    def rename(self) -> None:
        old = self.some()
        self.articles[self.free(self.rng.choice((Path(old).suffix, "")))] = self.articles.pop(old)

    def copy(self) -> None:
        self.articles[self.free()] = list(self.articles[self.some()])

    def swap(self) -> None:
        one, other = self.some(), self.some()
        self.articles[one], self.articles[other] = self.articles[other], self.articles[one]

    def touch(self) -> None:
        if (file := self.folder / self.some()).exists():
            file.touch()

    def insert_record(self) -> None:
        self.records.insert(self.rng.randint(0, len(self.records)), self.rng.choice((self.article(), [])))

    def reshuffle_records(self) -> None:
        if self.records:
            self.records.pop(self.rng.randrange(len(self.records)))

    def change_record(self) -> None:
        if full := [record for record in self.records if record]:
            self.vary(self.rng.choice(full))

    def shuffle_records(self) -> None:
        self.rng.shuffle(self.records)

    def write(self) -> None:
        """Makes the files equal the articles; those that are as they were keep their time."""
        lines = (json.dumps({"title": a[0], "text": "\n\n".join(a[1:])}) if a else "?" for a in self.records)
        texts = {path: rendered(path, article) for path, article in self.articles.items()}
        if self.records:
            texts["export.jsonl"] = "\n".join(lines) + "\n"
        present = {f.relative_to(self.folder).as_posix(): f for f in self.folder.rglob("*.*")}
        for path in sorted(present.keys() - texts.keys()):
            twin = next(
                (new for new in texts if new not in present and texts[new] == present[path].read_text()), None
            )
            if twin:
                (self.folder / twin).parent.mkdir(exist_ok=True)
                present[twin] = present[path].rename(self.folder / twin)
            else:
                present[path].unlink()
        old = {path: file.read_text() for path, file in present.items() if file.exists()}
        write(self.folder, {path: text for path, text in texts.items() if old.get(path) != text})


def made_up(number: int) -> str:
    """A word that stands nowhere else; its stem is itself."""
    return "zq" + "".join("abcdefghij"[int(digit)] for digit in str(number)) + "x"


def rendered(path: str, article: list[str]) -> str:
    """What stands in the article's file."""
    title, *paragraphs = article
    if path.endswith(".html"):
        body = "".join(f"<p>{paragraph}</p>\n" for paragraph in paragraphs)
        return f"<html><head><title>{title}</title></head><body><article>\n{body}</article></body></html>"
    return "\n\n".join(article) + "\n"


# --- killing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kill:
    """When a process is killed: so many seconds after it reached a place for the nth time, or after its start."""

    delay: float
    place: str = ""
    nth: int = 1


class Runs:
    """One folder and its index, and the processes that index it and are killed."""

    def __init__(self, root: Path, rng: random.Random, sizes: dict[str, int], whole: float) -> None:
        self.root, self.rng, self.sizes, self.whole = root, rng, sizes, whole
        self.shelf = Shelf(root / "articles", rng)
        self.settings = configured(root / "articles", root / "index")
        self.indexed: dict[str, str] = {}
        """The text of each article that was in the index after the last kill."""
        self.phases: Counter[str] = Counter()

    def kill_one(self) -> bool:
        """Edits the folder and lets a process index it until it is killed. Returns False where that came too late."""
        self.shelf.edit()
        how = self.rng.choices(([], ["--fields", "outlet=source"], ["--rebuild"]), (20, 2, 1))[0]
        kill = self.drawn()
        before = time.monotonic()
        process, board = self.start(kill, *how)
        phase = killed_in(process, board, kill)
        out, error = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL or (process.returncode == 0 and phase is None), error + out
        print(f"{phase or 'too late'}: {kill}, {how}")  # told with -s, and when the test fails
        if phase:
            self.phases[phase] += 1
        else:  # a machine is not always equally fast
            self.whole = time.monotonic() - before
        self.nothing_is_lost_or_wrong(kept="--rebuild" not in how)
        return phase is not None

    def drawn(self) -> Kill:
        """A moment: a third anywhere in a whole run, a third at a place, a third shortly after one."""
        place = f"{self.rng.choice(('before', 'behind'))} {self.rng.choice(STEPS)}"
        nth = self.rng.choice((1, 1, 1, 1, 2))
        delay = self.rng.uniform(0.0, self.rng.choice((0.005, 0.05, 0.3)))
        anywhere = Kill(self.rng.uniform(0.0, self.whole))
        return self.rng.choice((anywhere, Kill(0.0, place, nth), Kill(delay, place, nth)))

    def start(self, kill: Kill, *how: str) -> tuple[subprocess.Popen[str], Path]:
        """A process that indexes the folder, and its board."""
        board = self.root / "board"
        board.write_bytes(b"importing".ljust(NAMED) + b"\0")
        at_once = "yes" if kill.place and not kill.delay else "no"
        given = kill.place, kill.nth, at_once, json.dumps(self.sizes), json.dumps(STEPS)
        command = "index", self.settings.folder, "--index", self.settings.index_folder, "--yes", *how
        return started(CHILD, board, *given, *command), board

    # --- what holds after a kill --------------------------------------------------------------------------

    def nothing_is_lost_or_wrong(self, *, kept: bool) -> None:
        """The lock is free, what did not change is still there, and what is quoted stands in its file."""
        if self.settings.index_folder.exists():
            with FileLock(self.settings.index_folder / LOCK, timeout=0):
                pass
        with Assistant(settings=self.settings, sync=False, bar=0.0) as reader:
            now = {article.path: text_of(reader, article.path) for article in reader.articles()}
            standing = self.shelf.texts()
            lost = {path for path, text in self.indexed.items() if standing.get(path) == text != now.get(path)}
            assert not (kept and lost)
            self.indexed = now
            for question in self.questions():
                try:
                    self.check(reader.ask(question))
                except FolderError:
                    assert not now

    def questions(self) -> list[str]:
        words = self.rng.sample(sorted(self.shelf.words()), 1) + self.rng.sample(sorted(self.shelf.gone() or "-"), 1)
        return [f"When did the {word} in {self.rng.choice(CITIES)} open?" for word in words]

    def check(self, answer: Answer) -> None:
        """Every citation is what its file says now."""
        texts = self.shelf.texts()
        for citation in answer.citations:
            file = self.shelf.folder / citation.path.partition("#")[0]
            assert set(MADE_UP.findall(citation.quote)) <= set(MADE_UP.findall(file.read_text()))
            if file.suffix != ".html":
                assert texts[citation.path][citation.start : citation.end] == citation.quote

    # --- what holds after a restart -----------------------------------------------------------------------

    def equals_a_clean_build(self, name: str) -> None:
        """After one whole sync the index, its store and its answers are those of an index made at once."""
        index, clean = Index(self.settings), Index(configured(self.shelf.folder, self.root / name))
        with closing(index), closing(clean):
            index.sync(allow_mass_delete=True)
            clean.sync()
            kept = held(index)
            assert kept["vectors that no passage has"] == kept["passages without a vector"] == 0
            assert kept == held(clean)
            assert index.catalog.counts() == (len(kept["articles"]), len(kept["passages"]))
            assert set(MADE_UP.findall(repr(kept["articles"]))) == self.shelf.words()
            every_passage_is_found_in_the_store(index)
            no_word_is_found(index, self.shelf.gone())
        questions = self.questions()
        assert answers(index.settings, questions) == answers(clean.settings, questions)
        self.indexed = {article.path: article.text for article in kept["articles"]}


def killed_in(process: subprocess.Popen[str], board: Path, kill: Kill) -> str | None:
    """Kills the process when it is time, and returns the phase that it was in; None where it ended before."""
    while kill.place and process.poll() is None and not board.read_bytes()[NAMED]:
        time.sleep(0.0005)
    try:
        process.wait(kill.delay)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return board.read_bytes()[:NAMED].decode().strip() if process.returncode == -signal.SIGKILL else None


def text_of(reader: Assistant, path: str) -> str:
    article = reader.article(path)
    assert article
    return article.text


def answers(settings: Settings, questions: list[str]) -> list[Answer]:
    with Assistant(settings=settings, sync=False) as assistant:
        return [assistant.ask(question) for question in questions]


def every_passage_is_found_in_the_store(index: Index) -> None:
    """Under an id of its own vector: none was given to another passage."""
    ids, rows = index.catalog.vectors_after(0)
    basis = index.catalog.basis()
    kept = rows if basis is None else rows @ basis
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    of = dict(zip(ids.tolist(), kept, strict=True))
    with closing(VectorStore(index.settings.index_folder, index.catalog.recall("store") or "none")) as store:
        for number, vector in of.items():
            assert of[store.nearest(vector, 1)[0]] @ vector == pytest.approx(1, abs=1e-4), number


def no_word_is_found(index: Index, words: set[str]) -> None:
    """Neither by the catalog nor in what the store says of its vectors.

    Its graph's files are left out: Chroma writes them with room for more, and whatever was in memory stands there.
    """
    stems = sorted(map(stem, words))
    assert not index.catalog.match(stems, 10)
    indexed: set[str] = set()
    with closing(sqlite3.connect(index.catalog.file)) as catalog:
        catalog.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, words, row)")
        indexed |= {row[0] for row in catalog.execute("SELECT term FROM temp.terms")}
        indexed |= {row[0] for row in catalog.execute("SELECT stem FROM frequencies")}
    assert not indexed & set(stems)
    for file in (index.settings.index_folder / vectors.FOLDER).glob("chroma.sqlite3*"):
        assert not MADE_UP.search(file.read_bytes().decode("latin-1")), file


# --- the test -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds that a run takes from its start to its end when nobody kills it; few kills do not pay for measuring."""
    if KILLS <= FEW:
        return 3.5
    runs = Runs(tmp_path_factory.mktemp("whole"), random.Random(SEED), {}, 0.0)
    before = time.monotonic()
    process, _ = runs.start(Kill(0.0))
    out, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert out.startswith(f"{len(runs.shelf.articles) + 8} articles: added "), out
    return time.monotonic() - before


@pytest.fixture(params=["exact", "store"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """Constants of the index: its own, or those with which the vector store is used for a small folder."""
    chosen = SMALL if request.param == "store" else {}
    for name, size in chosen.items():
        module, constant = name.split(".")
        monkeypatch.setattr(MODULES[module], constant, size)
    return chosen


def test_kill_9_at_any_moment_and_a_restart_lose_nothing_and_leave_no_ghost(
    whole: float, sizes: dict[str, int], tmp_path: Path
) -> None:
    kills = KILLS // 2 if sizes else KILLS - KILLS // 2
    runs = Runs(tmp_path, random.Random(f"{SEED} {sizes}"), sizes, whole)
    late, rounds = 0, 0
    while (done := runs.phases.total()) < kills:
        late += not runs.kill_one()
        assert late <= 5 + 2 * kills, runs.phases
        if runs.phases.total() // ROUND > done // ROUND and runs.phases.total() < kills:
            rounds += 1
            runs.equals_a_clean_build(f"clean {rounds}")
    runs.equals_a_clean_build("clean at the end")
    how = "store" if sizes else "exact"
    print(f"\n{kills} kills, seed {SEED}, {how}; {late} ended before; {rounds + 1} clean builds")
    for phase, count in runs.phases.most_common():
        print(f"{phase:<20} {count:>4}")


@pytest.mark.parametrize("renamed", [False, True])
def test_an_export_of_which_a_kill_left_half_is_read_to_its_end(renamed: bool, tmp_path: Path) -> None:
    runs = Runs(tmp_path, random.Random(SEED), {}, 0.0)
    runs.shelf.articles.clear()
    runs.shelf.insert_record()
    runs.shelf.write()
    kill = Kill(0.0, "behind Sync._commit", 2)
    assert killed_in(*runs.start(kill), kill) == "committing"
    runs.nothing_is_lost_or_wrong(kept=True)
    assert 0 < len(runs.indexed) < 8
    if renamed:
        (runs.shelf.folder / "export.jsonl").rename(runs.shelf.folder / "renamed.jsonl")
    runs.equals_a_clean_build("clean")


def test_a_record_that_an_export_lost_is_not_quoted_when_a_kill_left_half_of_the_new_ones(tmp_path: Path) -> None:
    runs = Runs(tmp_path, random.Random(SEED), {}, 0.0)
    runs.shelf.articles.clear()
    runs.shelf.write()
    with closing(Index(runs.settings)) as index:
        index.sync()
    runs.shelf.records = [runs.shelf.article() for _ in runs.shelf.records]
    runs.shelf.write()
    kill = Kill(0.0, "behind Sync._commit", 1)
    assert killed_in(*runs.start(kill), kill) == "committing"
    with Assistant(settings=runs.settings, sync=False, bar=0.0) as reader:
        for _ in range(4):
            runs.check(reader.ask(runs.questions()[-1]))
