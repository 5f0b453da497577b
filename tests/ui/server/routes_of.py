"""Every route of the whole application, Gradio's included, as a request could reach it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def requests(app: Any) -> set[tuple[str, str]]:
    """(method, path) of each, with something in place of what a path leaves open."""
    return {(method, re.sub(r"\{[^}]*\}", "x", path)) for path, methods in _routes(app) for method in methods}


def _routes(app: Any, prefix: str = "") -> Iterator[tuple[str, set[str]]]:
    for route in getattr(app, "routes", ()):
        if hasattr(route, "app") and not hasattr(route, "methods"):  # mounted
            yield from _routes(route.app, prefix + route.path)
        elif hasattr(route, "original_router"):  # included
            yield from _routes(route.original_router, prefix)
        else:
            yield prefix + route.path, route.methods or {"GET"}
