"""Texts and questions whose licences allow it to fit weights on them, as bench/reader and bench/squad hold them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the document that answers it."""

    text: str
    document: str
    answers: tuple[str, ...]
    """Any of them will do; none where nothing answers it."""
    sort: str


def documents(data: Path) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """Title and text of each document, and the questions."""
    texts: dict[str, tuple[str, str]] = {}
    asked: list[Question] = []
    for number, row in enumerate(lines_of(data / "reader" / "qed.jsonl.gz")):
        name = f"qed{number:04}"
        texts[name] = row["title_text"], _detokenised(row["paragraph_text"])
        spans = tuple({_detokenised(" ".join(s["string"] for s in one)) for one in row["original_nq_answers"] if one})
        if spans:
            asked.append(Question(row["question_text"], name, spans, "qed"))
    sections: dict[tuple[str, str], str] = {}
    for row in lines_of(data / "reader" / "selqa.jsonl.gz"):
        key = row["article"], row["section"]
        name = sections.setdefault(key, f"selqa{len(sections):04}")
        texts[name] = f"{key[0]}: {key[1]}", " ".join(row["candidates"])
        asked.append(Question(row["question"], name, tuple(row["candidates"][n] for n in row["answers"]), "selqa"))
    for file, half in (("reader/xquad_en.json", slice(None)), ("squad/dev-v2.0.json", slice(0, None, 2))):
        for number, page in enumerate(json.loads((data / file).read_text("utf-8"))["data"][half]):
            for part, paragraph in enumerate(page["paragraphs"]):
                name = f"{Path(file).stem[:5]}{number:02}-{part:03}"
                texts[name] = page["title"].replace("_", " "), paragraph["context"]
                for row in paragraph["qas"]:
                    answers = () if row.get("is_impossible") else tuple(one["text"] for one in row["answers"])
                    sort = "near miss" if row.get("is_impossible") else Path(file).stem[:5]
                    asked.append(Question(row["question"], name, answers, sort))
    return texts, asked


def lines_of(file: Path) -> Iterator[Row]:
    """The rows of a compressed file."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _detokenised(text: str) -> str:
    """Text whose tokens were set apart, as it is printed."""
    text = re.sub(r" ([,.;:!?)\]%'’]|'s|n't)", r"\1", text.replace("`` ", "“").replace(" ''", "”"))
    return re.sub(r"([(\[$£€]) ", r"\1", text).replace(" -- ", "–").replace(" - ", "-")


def held_back(title: str) -> bool:
    """Whether a document is kept from the training of a reader."""
    return crc32(title.partition(":")[0].encode()) % 4 == 3
