"""The articles over time as SVG, by pure functions: a dot for each article, or bars where there are too many.

Every word of an article is escaped here, and colours are classes: `account-1` to `account-7` for the largest
accounts, `account-8` for the other shared ones, `account-0` for articles that nobody else tells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from index.catalog.listing import Dated
from ui.collection.bins import between, said
from ui.collection.layout import (
    LARGEST,
    OTHERS,
    SHORTEST,
    SIDE,
    TALLEST,
    Colours,
    Column,
    Group,
    Key,
    coloured,
    columns_of,
    day_of,
    dot_step,
    rows,
    title,
)
from ui.render import shortened

MOST_DOTS = 800
ABOVE, BELOW = 8.0, 40.0
NARROW, WIDE = 280, 1600

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The chart and what stands beside it."""

    svg: str
    about: str
    """One line: of what time the articles are."""
    legend: tuple[Key, ...]
    alone: int
    """Articles that share their account with no other."""
    dots: bool
    """Whether each article has a dot of its own."""


def draw(articles: Sequence[Dated], accounts: Sequence[Group], width: int) -> Picture:
    """The picture, `width` pixels wide. `accounts` are groups of paths; a path in none of them stands alone."""
    width = min(max(width, NARROW), WIDE)
    colours, legend, alone = coloured(articles, accounts)
    columns, labels = columns_of(articles, colours, width)
    step = dot_step(columns)
    dots = len(articles) <= MOST_DOTS and step is not None
    highest = max((len(column.articles) for column in columns), default=0)
    if step is not None and dots:
        tallest = max(rows(len(column.articles), column.width, step) * step for column in columns) if columns else 0
        height = min(max(tallest + LARGEST / 2, SHORTEST), TALLEST)
        marks = "".join(_dots(columns, colours, step, height))
    else:
        height = TALLEST
        marks = _scale(columns, highest, width, height) + "".join(_bars(columns, colours, highest, height))
    about = _about(articles)
    name = f"Articles over time: {len(articles):,}; the arrow keys lead from one to the next"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="timeline" role="group" aria-label="{escape(name)}" '
        f'width="{width}" height="{_n(ABOVE + height + BELOW)}" viewBox="0 0 {width} {_n(ABOVE + height + BELOW)}">'
        f"{_axis(columns, labels, height)}{marks}</svg>"
    )
    return Picture(svg, about, legend, alone, dots)


def _dots(columns: Sequence[Column], colours: Colours, step: float, height: float) -> Iterator[str]:
    radius = min(step / 2 - 1, 9.0) if step > 10 else step / 2 - 0.5
    first = True
    for number, column in enumerate(columns):
        if not column.articles:
            continue
        high = rows(len(column.articles), column.width, step)
        abreast = ceil(len(column.articles) / high)
        left = column.left + (column.width - abreast * step) / 2
        for place, one in enumerate(column.articles):
            x = left + (place // high + 0.5) * step
            y = ABOVE + height - (place % high + 0.5) * step
            yield (
                f'<a class="dot account-{colours.of(one.path)}" href="#" data-article="{_attribute(one.path)}" '
                f'data-column="{number}" tabindex="{0 if first else -1}" aria-label="{_name(one, colours)}">'
                f'<circle class="target" cx="{_n(x)}" cy="{_n(y)}" r="{_n(step / 2)}"/>'
                f'<circle class="mark" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/></a>'
            )
            first = False


def _bars(columns: Sequence[Column], colours: Colours, highest: int, height: float) -> Iterator[str]:
    """A bar for each bin, in the colours of its articles; activated, it narrows the list to its days."""
    first = True
    for number, column in enumerate(columns):
        if not column.articles:
            continue
        counts = Counter(colours.of(one.path) or OTHERS + 1 for one in column.articles)
        gap = 1.0 if column.width > 4 else 0.0
        wide = min(column.width - gap, 36.0 if column.lane else 64.0)
        left, top, parts = column.left + (column.width - wide) / 2, ABOVE + height, ""
        for colour in sorted(counts):
            tall = counts[colour] * height / highest
            top -= tall
            parts += (
                f'<rect class="mark account-{colour % (OTHERS + 1)}" x="{_n(left)}" y="{_n(top)}" '
                f'width="{_n(wide)}" height="{_n(tall)}"/>'
            )
        days = (
            f' data-since="{column.span.first}" data-until="{column.span.last}"'
            if column.span
            else ' data-undated="true"'
        )
        name = column.span.name if column.span else "No date"
        yield (
            f'<a class="bar" role="button" href="#" data-column="{number}" data-name="{escape(name)}"{days} '
            f'tabindex="{0 if first else -1}" aria-label="{escape(_counted(name, len(column.articles)))}">'
            f'<rect class="target" x="{_n(column.left)}" y="{_n(ABOVE)}" width="{_n(column.width)}" '
            f'height="{_n(height)}"/>{parts}</a>'
        )
        first = False


def _counted(name: str, count: int) -> str:
    return f"{name}: {count:,} article{'' if count == 1 else 's'}; show them in the list"


def _axis(columns: Sequence[Column], labels: Sequence[tuple[int, str, str]], height: float) -> str:
    base = ABOVE + height
    dated = [column for column in columns if not column.lane]
    parts = [_line(dated[0].left, dated[-1].left + dated[-1].width, base, "base")] if dated else []
    for number, label, year in labels:
        column = dated[number]
        x = column.left + (column.width / 2 if column.width >= 24 else 0.5)
        anchor = (
            "start"
            if x < 34 and not columns[0].lane
            else "end"
            if x > columns[-1].left + columns[-1].width - 24
            else "middle"
        )
        parts.append(f'<path class="tick" d="M{_n(x)} {_n(base)}v5"/>')
        parts.append(_text(x, base + 18, label, anchor))
        if year:
            parts.append(_text(x, base + 33, year, anchor, "year"))
    for column in columns:
        if column.lane:
            parts.append(_line(column.left, column.left + column.width, base, "base aside"))
            parts.append(_text(column.left + column.width / 2, base + 18, column.lane, "middle"))
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def _scale(columns: Sequence[Column], highest: int, width: int, height: float) -> str:
    """Lines at round counts behind the bars."""
    step = next((one * 10**power for power in range(9) for one in (1, 2, 5) if highest <= 3 * one * 10**power), 1)
    parts = []
    left = next((column.left for column in columns if not column.lane), SIDE)
    for count in range(step, highest + 1, step):
        y = ABOVE + height - count * height / highest
        parts.append(_line(left, width - SIDE, y, "level"))
        parts.append(_text(left, y - 3, f"{count:,}", "start", "count"))
    return f'<g aria-hidden="true">{"".join(parts)}</g>'


def _line(left: float, right: float, y: float, kind: str) -> str:
    return f'<path class="{kind}" d="M{_n(left)} {_n(y)}H{_n(right)}"/>'


def _text(x: float, y: float, text: str, anchor: str, kind: str = "label") -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _name(one: Dated, colours: Colours) -> str:
    """What a person who does not see the dot is told of it."""
    day = day_of(one.published)
    facts = [title(one, 200), shortened(one.outlet, 80) if one.outlet else "", said(day) if day else "no date"]
    size = colours.sizes.get(one.path, 1)
    told = f"; one of {size:,} articles of one account" if size > 1 else ""
    return _safe(", ".join(fact for fact in facts if fact) + told)


def _about(articles: Sequence[Dated]) -> str:
    days = [day for one in articles if (day := day_of(one.published))]
    if not days:
        return "None of them has a date" if articles else "No article is indexed yet"
    undated = len(articles) - len(days)
    of = between(min(days), max(days))
    return f"{len(days):,} of {of}, {undated:,} without a date" if undated else of


def _attribute(path: str) -> str:
    """The path as an attribute that gives exactly this path back; XML has no way to write most control characters."""
    return "".join(one if one.isalnum() or one in " /._-" else f"&#{ord(one)};" for one in _ILLEGAL.sub("", path))


def _safe(text: str) -> str:
    return escape(_ILLEGAL.sub("", text))


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
