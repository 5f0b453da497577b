"""Which of the outlets, or of the files, a name means that a person writes: "the Post", "AP", "003.txt"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.outlets import NEWS_WORDS

_SITE = re.compile(r"\.(?:com|org|net|co\.uk)\Z", re.IGNORECASE)


def named_outlets(name: str, outlets: Sequence[str], *, loosely: bool = False) -> tuple[str, ...]:
    """The outlets that a name means: by the whole of it; else by a part that has a word of news in it ("the Post") or
    is an acronym ("BBC" of BBC News); else by their initials. `loosely`: by any part."""
    words = _words(name)
    if not words:
        return ()
    split = {outlet: _words(outlet) for outlet in outlets}
    folded = _folded(words)
    acronym = len(words) == 1 and len(words[0]) > 1 and words[0].isupper()
    telling = loosely or acronym or not NEWS_WORDS.isdisjoint(words)
    return (
        tuple(outlet for outlet in outlets if _folded(split[outlet]) == folded)
        or tuple(outlet for outlet in outlets if telling and _inside(folded, _folded(split[outlet])))
        or tuple(outlet for outlet in outlets if acronym and _initials(split[outlet]) == words[0])
    )


def named_files(name: str, files: Sequence[str]) -> tuple[str, ...]:
    """The files that a name means: by their path; else by their own name; else by how that begins ("003.txt" for
    "news/003_talks.txt")."""
    name = name.strip().replace("\\", "/").removeprefix("./").casefold()
    if not name:
        return ()
    lower = {file: file.casefold() for file in files}
    stem, dot, ending = name.rpartition(".")
    begins = re.compile(rf"{re.escape(stem if dot else name)}(?:[\W_].*)?\.{re.escape(ending) if dot else '.*'}")
    return (
        tuple(file for file in files if lower[file] == name)
        or tuple(file for file in files if f"/{lower[file]}".endswith(f"/{name}") or name.endswith(f"/{lower[file]}"))
        or tuple(file for file in files if begins.fullmatch(lower[file].rpartition("/")[2]))
    )


def _words(name: str) -> list[str]:
    """The words of an outlet's name, without its article and the ending of its address."""
    words = re.findall(r"[^\W_]+", _SITE.sub("", name.strip()))
    return words[1:] if len(words) > 1 and words[0].lower() == "the" else words


def _folded(words: Sequence[str]) -> list[str]:
    return [word.casefold() for word in words]


def _inside(part: list[str], whole: list[str]) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words if len(words) > 1).upper()
