"""What only another process can show: no network, equal answers under other hash seeds, a kill, another model.

The processes run side by side; each test waits for its own.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_folders import QUESTIONS, SEEDS, THREE, configured, held, opened, printed, started, write

from index import packaged_model
from index.store import Index
from rag import Assistant

pytestmark = pytest.mark.slow

ASKED = (
    "How many US troops remain in Iraq?",
    "Who is Iraq's national security adviser?",
    "When did the talks end?",
    "What did John Kirby say about the troops?",
    "How tall is the Eiffel Tower?",
)

CLOSED_NETWORK = """
import socket, sys
refused = []
def local(address):
    host = address[0] if isinstance(address, tuple) else None
    return host is None or host in ("localhost", "::1", "", "0.0.0.0", "::") or str(host).startswith("127.")
def closed(call, address_of):
    def checked(*args, **kwargs):
        address = address_of(args, kwargs)
        if not local(address):
            refused.append(address)
            raise OSError(101, "Network is unreachable", str(address))
        return call(*args, **kwargs)
    return checked
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, closed(getattr(socket.socket, name), lambda args, _: args[-1]))
socket.getaddrinfo = closed(socket.getaddrinfo, lambda args, kwargs: (args[0] if args else kwargs["host"], 0))
"""

EVERYTHING = (
    CLOSED_NETWORK
    + """
from urllib.request import urlopen
from ui import cli
articles, index, model, three = sys.argv[1:]
at = ["--articles", articles, "--index", index]
assert cli.run(["index", articles, "--index", index]) == 0
assert cli.run(["ask", "How many US troops remain in Iraq?", *at]) == 0
assert cli.run(["eval", *at]) in (0, 1)  # whether the facts pass is another test's question
from rag import Assistant
from index.errors import ModelError
from ui.server.app import start
from ui.server.opening import Opening
with Assistant(articles, index=index) as assistant:
    server = start(Opening.of(assistant))
    assert urlopen(server.url).status == 200
    server.close()
with Assistant(three, index=index + "-other", model=model) as other:
    found = other.ask("When did the bridge in Oslo open?")
    print("OTHER MODEL", found.citations[0].quote)
    assert other.sync().summary() == "3 articles: nothing changed"
try:
    Assistant(three, index=index + "-none", model=three)
except ModelError as error:
    print("REFUSED", error)
print("OUTSIDE", sorted({str(address[0]) for address in refused}))
"""
)

AT_ONCE = """
import json, sys
from rag import Assistant
folder, index, *questions = sys.argv[1:]
with Assistant(folder, index=index) as assistant:
    print(json.dumps([assistant.ask(question).to_dict() for question in questions]))
"""

BY_EDITS = """
import json, shutil, sys
from pathlib import Path
from rag import Assistant
seeds, folder, index, *questions = sys.argv[1:]
seeds, folder = Path(seeds), Path(folder)
names = sorted(path.name for path in seeds.glob("*.txt"))
folder.mkdir()
def copy(name, to=None): shutil.copy(seeds / name, folder / (to or name))
with Assistant(Path(shutil.copy(seeds / names[4], folder)).parent, index=index) as assistant:
    for step in (
        lambda: copy(names[2], "moved later.txt"),
        lambda: (folder / names[0]).write_text("How many US troops remain in Iraq? Nobody, for 99 years."),
        lambda: (copy(names[3]), (folder / "gone soon.txt").write_text("Kirby said that the talks ended on Monday.")),
        lambda: ((folder / "moved later.txt").rename(folder / names[2]), (folder / "gone soon.txt").unlink()),
        lambda: (copy(names[0]), copy(names[1]), (folder / names[3]).unlink()),
        lambda: copy(names[3]),
    ):
        step()
        assistant.sync()
        assistant.ask(questions[0])
    print(json.dumps([assistant.ask(question).to_dict() for question in questions]))
"""

KILLED = """
import os, signal, sys
from index.catalog.catalog import Catalog
from rag import Assistant
put = Catalog._put_passage
def killed(self, article, *rest):
    put(self, article, *rest)
    if self.database.one("SELECT path FROM articles WHERE id = ?", article) == (sys.argv[3],):
        os.kill(os.getpid(), signal.SIGKILL)
Catalog._put_passage = killed
Assistant(sys.argv[1], index=sys.argv[2])
"""


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, subprocess.Popen[str]]]:
    """Every process of this file, started at once; the model file of the first is to be made, not found."""
    root = tmp_path_factory.mktemp("processes")
    copied, three = root / "seeds", write(root / "three", THREE)
    shutil.copytree(SEEDS, copied)
    cache = root / "cache" / "byline" / "models"
    cache.mkdir(parents=True)
    sound, _ = packaged_model.onnx_file()
    (cache / sound.name).write_bytes(sound.read_bytes()[:1000])
    shutil.copy(sound.with_suffix(".sha256"), cache)
    model = packaged_model.model_folder()
    made = {
        "everything": started(
            EVERYTHING, SEEDS, root / "one", model, three, XDG_CACHE_HOME=str(root / "cache"), HOME=str(root)
        ),
        "at once": started(AT_ONCE, copied, root / "two", *ASKED, PYTHONHASHSEED="1", BYLINE_BOLD="0"),
        "by edits": started(
            BY_EDITS, SEEDS, root / "edited", root / "three-index", *ASKED, PYTHONHASHSEED="2", BYLINE_BOLD="0"
        ),
    }
    yield made
    for process in made.values():
        process.kill()
        process.communicate()


def test_the_same_folder_gives_the_same_answers_byte_for_byte_however_its_index_came_to_be(
    processes: dict[str, subprocess.Popen[str]], assistant: Assistant
) -> None:
    here = json.dumps([assistant.ask(question).to_dict() for question in ASKED])
    assert printed(processes["at once"]) == printed(processes["by edits"]) == here + "\n"


def test_a_process_killed_while_it_writes_leaves_an_index_that_mends_itself(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index").close()
    write(
        small,
        {"a.txt": "A road opens\n\nThe road opened.", "bridge.txt": THREE["bridge.txt"] + "A ship hit it in June."},
    )
    (small / "news" / "museum.txt").unlink()
    process = started(KILLED, small, tmp_path / "index", "bridge.txt")
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    with opened(small, tmp_path / "index", sync=False, bar=0.0) as unsynced:
        for question in QUESTIONS:
            for citation in unsynced.ask(question).citations:
                assert (small / citation.path).read_text()[citation.start : citation.end] == citation.quote
    index, clean = (Index(configured(small, tmp_path / name)) for name in ("index", "clean"))
    assert index.sync().articles == clean.sync().articles == 3
    assert held(index) == held(clean)


@pytest.fixture(scope="module")
def offline(processes: dict[str, subprocess.Popen[str]]) -> str:
    """What the process without a network prints."""
    return printed(processes["everything"])


def test_index_ask_eval_and_page_work_without_a_network_from_a_model_file_that_was_cut_short(offline: str) -> None:
    assert "5 articles: added 5" in offline
    assert "2,500" in offline


def test_another_model_by_path_answers_from_an_index_of_its_own(offline: str) -> None:
    assert "OTHER MODEL The bridge in Oslo opened on Friday" in offline


def test_a_folder_that_is_no_model_is_one_line_that_names_it(offline: str) -> None:
    refused = [line for line in offline.splitlines() if line.startswith("REFUSED ")]
    assert len(refused) == 1
    assert "three" in refused[0]
    assert "BYLINE_MODEL" in refused[0]


def test_nothing_of_it_asked_for_the_network(offline: str) -> None:
    assert offline.splitlines()[-1] == "OUTSIDE []"
