"""What an import loads, which way imports go, and what happens when a caller's file has our name."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from made_folders import ROOT, environment, printed, started

MAY_IMPORT = {
    "index": {"index"},
    "rag": {"index", "rag"},
    "ui": {"index", "rag", "ui", "eval"},  # the terminal's `byline eval`
    "eval": {"index", "rag", "eval"},
    "benchmarks": {"index", "rag", "ui", "eval", "benchmarks"},
}
HEAVY = ("torch", "transformers", "chromadb", "gradio", "llama_index", "onnxruntime", "sentence_transformers")


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_go_one_way(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    for file in files:
        assert imported(file) & set(MAY_IMPORT) <= MAY_IMPORT[package], file


@pytest.mark.parametrize(
    ("vendor", "home"),
    [
        ("chromadb", {"index/search/vectors.py"}),
        ("llama_index", {"index/search/vectors.py"}),
        ("onnxruntime", {"index/encoder.py", "index/packaged_model.py", "rag/reading/reader.py"}),
        ("sqlite3", {"index/catalog/database.py"}),
        ("gradio", {"ui/collection/tab.py", "ui/page/blocks.py", "ui/server/app.py"}),
    ],
)
def test_one_module_knows_one_vendor(vendor: str, home: set[str]) -> None:
    product = [package for package in MAY_IMPORT if package != "benchmarks"]  # they measure one against another
    files = [file for package in product for file in (ROOT / package).rglob("*.py")]
    assert {file.relative_to(ROOT).as_posix() for file in files if vendor in imported(file)} == home


@pytest.mark.parametrize(
    "script",
    ["import rag", "from ui.cli import run; run(['--help']); run(['ask', '--help'])", "import eval.facts, eval.run"],
)
def test_importing_and_asking_for_help_load_no_heavy_library(script: str) -> None:
    script += f"; import sys; print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    assert printed(started(script)).endswith("LOADED []\n")


@pytest.mark.parametrize("shadow", ["index.py", "index/__init__.py"])
def test_a_callers_own_index_is_named_as_what_stands_in_the_way(shadow: str, tmp_path: Path) -> None:
    (tmp_path / shadow).parent.mkdir(exist_ok=True)
    (tmp_path / shadow).write_text("mine = True\n")
    script = tmp_path / "script.py"
    script.write_text("import rag\n")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert last.startswith("ImportError: ")
    assert str((tmp_path / shadow).resolve()) in last


def test_a_folder_of_files_named_index_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "page.html").write_text("<p>mine")
    assert printed(started("import rag; print(rag.answer.__name__)", cwd=tmp_path)) == "answer\n"
