"""How much of English rag/ knows by hand: `python -m benchmarks.quality.size [CHECKOUT]`.

Prints the lines of a checkout's rag/; the calls of the regular-expression library there; the word lists (module-level
values that hold at least WORDS words each, in strings of their own or in one that is split); the constants (other
module-level names in capitals that hold numbers); and how many files of rag/ one question walks, where the checkout
is this one.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORDS = 4
QUESTION = "How many US troops will remain in Iraq?"


def regular_expressions(tree: ast.AST) -> int:
    """Calls of functions of `re`."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(
        isinstance(of, ast.Attribute)
        and isinstance(of.value, ast.Name)
        and of.value.id == "re"
        and of.attr != "escape"
        for of in calls
    )


def assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """The names of a module and their values."""
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        for target in targets:
            if isinstance(target, ast.Name) and value is not None:
                yield target.id, value


def is_word_list(value: ast.expr) -> bool:
    """Whether a value is a collection of words."""
    if isinstance(value, ast.JoinedStr) or (isinstance(value, ast.Constant) and isinstance(value.value, str)):
        return False
    if any(isinstance(node, ast.Attribute) and node.attr == "compile" for node in ast.walk(value)):
        return False
    texts = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return sum(len(text.split()) for text in texts if "\\" not in text) >= WORDS


def is_number(value: ast.expr) -> bool:
    """Whether a value is a number, or several."""
    parts = value.elts if isinstance(value, ast.Tuple) else [value]
    return all(isinstance(part, ast.Constant) and isinstance(part.value, int | float) for part in parts)


def files_walked(question: str = QUESTION) -> int:
    """Files of rag/ in which something runs while one question about the seeds is answered."""
    from rag import Assistant

    walked: set[str] = set()

    def called(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            walked.add(frame.f_code.co_filename)

    with tempfile.TemporaryDirectory() as index, Assistant(ROOT / "seeds", index=index) as assistant:
        assistant.ask("What happened?")  # loads what is loaded once
        sys.setprofile(called)
        assistant.ask(question)
        sys.setprofile(None)
    return sum(file.startswith(str(ROOT / "rag")) for file in walked)


def main() -> None:
    """The command."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    texts = [file.read_text(encoding="utf-8") for file in sorted((root / "rag").rglob("*.py"))]
    trees = [ast.parse(text) for text in texts]
    values = [(name, value) for tree in trees for name, value in assigned(tree)]
    told = {
        "files": len(texts),
        "lines": sum(text.count("\n") for text in texts),
        "regular expressions": sum(map(regular_expressions, trees)),
        "word lists": sum(is_word_list(value) for _, value in values),
        "constants": sum(name.lstrip("_").isupper() and is_number(value) for name, value in values),
    }
    if root == ROOT:
        told["files walked by one question"] = files_walked()
    print(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
