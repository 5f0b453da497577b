"""What is said of what was found: it is answered, something is likely here, or it was not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.choosing.chances import LIKELY, Curves, chances
from rag.finder import Finding
from rag.types import State


@dataclass(frozen=True, slots=True)
class Choice:
    """Of what was found for the parts of a question, what is said."""

    state: State
    found: tuple[Finding, ...]
    """The parts that are answered, each with those of the other accounts that would be an answer by themselves; of
    the parts that are likely here, those that are; else all."""
    bold: tuple[bool, ...]
    """Whether words of each that answer by themselves may be set apart."""
    missing: tuple[str, ...]
    """The parts that are not answered, where others are."""
    sure: float
    """How likely the first sentence that is shown is right."""


def choose(found: Sequence[Finding], curves: Curves, bar: float, bold: float) -> Choice:
    """Answered is what has a chance of `bar` to be right; set apart is what has one of `bold`."""
    known = [chances(one, curves) for one in found]
    pairs = list(zip(found, known, strict=True))
    answered = [(one, chance) for one, chance in pairs if one.voted and chance.right >= bar]
    if answered:
        apart = [tuple(o for o in one.apart if chances(o, curves).right >= bar) for one, _ in answered]
        return Choice(
            "answered",
            tuple(replace(one, apart=others) for (one, _), others in zip(answered, apart, strict=True)),
            tuple(chance.short >= bold for _, chance in answered),
            tuple(one.query.text for one, chance in pairs if (one, chance) not in answered),
            min(chance.right for _, chance in answered),
        )
    sure = max(chance.right for chance in known)
    near = tuple(one for one, chance in pairs if one.voted and chance.nearby >= LIKELY)
    if near:
        return Choice("likely here", near, (), (), sure)
    return Choice("not found", tuple(found), (), (), sure)
