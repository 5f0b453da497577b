"""Cited answers from a folder of articles.

from rag import Assistant, answer

answer("How many US troops remain in Iraq?").text
"""

from pathlib import Path

import index as _index

_ours = Path(__file__).resolve().parent.parent / "index" / "__init__.py"
_found = getattr(_index, "__file__", None) or "/".join(map(str, getattr(_index, "__path__", ["index"])))
if Path(_found).resolve() != _ours:
    raise ImportError(
        f"rag needs Byline's own package named index, but {_found} stands in its way: "
        "rename that file, or run Python from another folder"
    )

from index.errors import BylineError  # noqa: E402 - after the check
from rag.assistant import Assistant, answer  # noqa: E402
from rag.types import Answer, Citation, Claim, Retrieved  # noqa: E402

__all__ = ["Answer", "Assistant", "BylineError", "Citation", "Claim", "Retrieved", "answer"]
