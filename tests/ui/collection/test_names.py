"""Names of files that are sent: safe on any system, still readable, never a way out of the folder."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import few

from ui.collection.names import LONGEST, numbered, safe_name
from ui.collection.refusal import RefusedError


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.txt", "report.txt"),
        ("Жизнь в Осло – ürün.md", "Жизнь в Осло – ürün.md"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\note.txt", "note.txt"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("a\x00b\n\x1b[31m.txt", "ab[31m.txt"),
        ("..hidden.txt", "hidden.txt"),
        ("con.txt", "_con.txt"),
        ("LPT1.old.txt", "_LPT1.old.txt"),
        ("what? a <b>.txt", "what_ a _b_.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ("  spaces   inside  .txt", "spaces inside.txt"),
        ("cafe\u0301.txt", "café.txt"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_could_harm(sent: str, kept: str) -> None:
    assert safe_name(sent) == kept


@pytest.mark.parametrize(
    "sent", ["", ".", "..", "../..", "x.exe", "x", ".txt", "txt", "x.txt/", "README.md", "license.txt"]
)
def test_what_is_no_article_is_refused_in_one_short_line(sent: str) -> None:
    with pytest.raises(RefusedError) as refused:
        safe_name(sent)
    assert refused.value.status == 415
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250


def test_a_long_name_is_cut_and_keeps_its_format() -> None:
    name = safe_name("ж" * 500 + ".docx")
    assert name.endswith("ж.docx")
    assert len(name.encode()) <= LONGEST


def test_a_number_stands_before_the_format() -> None:
    assert [numbered("a.b.txt", one) for one in (1, 2)] == ["a.b.txt", "a.b (2).txt"]


@few(500)
@given(st.text(max_size=300), st.sampled_from([".txt", ".PDF", ".jsonl", ""]))
def test_no_name_whatever_leads_out_of_the_folder(sent: str, suffix: str) -> None:
    try:
        name = safe_name(sent + suffix)
    except RefusedError:
        return
    assert Path("/folder", name).resolve().parent == Path("/folder")
    assert name == Path(name).name
    assert not name.startswith(".")
    assert not any(unicodedata.category(char)[0] == "C" for char in name)
    assert len(name.encode()) <= LONGEST
    assert safe_name(name) == name
