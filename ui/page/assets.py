"""What the page brings along in its head: styles and scripts of this package, and nothing from anywhere else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

ICON = (
    "<link rel='icon' href=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
    "<rect width='32' height='32' rx='6' fill='%238c1d18'/><path d='M10 8h2v6h-2zm5 0h2v6h-2z' fill='white'/>"
    "<path d='M8 18h16v2H8zm0 4h11v2H8z' fill='white'/></svg>\">"
)
UI = Path(__file__).resolve().parent.parent
FOLDERS = ("page", "collection")
FIRST = ("base.js", "store.js", "panel.js", "conversation.js", "base.css")
"""What others build on; the rest follows by name."""


def head() -> str:
    """The page's icon, styles and scripts, for Gradio's `head`."""
    styles = "".join(_texts("css"))
    return f"{ICON}<style>{styles}</style>{''.join(f'<script>{script}</script>' for script in _texts('js'))}"


@cache
def _texts(kind: str) -> tuple[str, ...]:
    found = [path for folder in FOLDERS for path in (UI / folder).glob(f"*.{kind}")]
    order = sorted(found, key=lambda path: (FIRST.index(path.name) if path.name in FIRST else len(FIRST), path.name))
    return tuple(path.read_text("utf-8") for path in order)


def html(name: str) -> str:
    """A fixed part of the page, as the file of that name has it."""
    return (UI / "page" / name).read_text("utf-8")
