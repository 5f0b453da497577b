"""Files become articles, or one clear line each says why not."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ArticleError
from index.text import articles
from index.text.articles import find_articles, parse_article, printable, read_article
from index.text.metadata import read_metadata
from index.text.sentences import passages
from index.types import Extracted

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
STORY = "The minister resigned on Monday. Nobody knows why.\n"


def names(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in find_articles(folder)]


def written(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(STORY)
    return folder


def test_articles_are_found_in_every_folder_in_order(tmp_path: Path) -> None:
    written(tmp_path, "b.txt", "a/z.MD", "a/b/c.Txt", "d.xyz", "e")
    assert names(tmp_path) == ["a/b/c.Txt", "a/z.MD", "b.txt"]


def test_every_format_is_found_whatever_the_case_of_its_suffix(tmp_path: Path) -> None:
    every = ["a.html", "b.HTM", "c.pdf", "d.docx", "e.jsonl", "f.ndjson", "g.txt", "h.md"]
    written(tmp_path, *every, "i.doc", "j.json", "html")
    assert names(tmp_path) == every


def test_a_folder_that_cannot_be_listed_is_named_and_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "a/a.txt", "b/c/b.txt", "d.txt")
    listdir = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder.name == "c":
            raise PermissionError(13, "Permission denied")
        return listdir(folder)

    monkeypatch.setattr(os, "listdir", refuse)  # the tests may run with root's rights
    unreadable: list[tuple[str, str]] = []
    found = [file.name for file in find_articles(tmp_path, unreadable)]
    assert (found, unreadable) == (["a.txt", "d.txt"], [("b/c/", "Permission denied")])
    assert names(tmp_path) == ["a/a.txt", "d.txt"]


def test_readmes_licences_and_hidden_files_are_no_articles(tmp_path: Path) -> None:
    written(tmp_path, "README.md", "readme.txt", "LICENSE.txt", "a/License.md", ".a.txt", ".git/a.txt", "a/.b/c.txt")
    assert names(tmp_path) == []


def test_links_are_followed_inside_the_folder_only_and_never_in_circles(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", "a.txt", "sub/b.txt")
    written(tmp_path / "out", "secret.txt")
    (folder / "away").symlink_to(tmp_path / "out")
    (folder / "away.txt").symlink_to(tmp_path / "out" / "secret.txt")
    (folder / "sub" / "up").symlink_to(folder)
    (folder / "self.txt").symlink_to(folder / "self.txt")
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "twin.txt").symlink_to(folder / "a.txt")
    assert names(folder) == ["a.txt", "sub/b.txt", "twin.txt"]


def test_the_text_is_the_files_own_without_its_byte_order_mark(tmp_path: Path) -> None:
    text = "One line.\r\nAnother – line.\rThird.\n"
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode("utf-32")):
        assert read(tmp_path, data).text == text


def test_another_encoding_is_recognised(tmp_path: Path) -> None:
    text = "Der Präsident der Französischen Republik führte Gespräche über die Lage in Köln und Zürich. " * 5
    assert read(tmp_path, text.encode("cp1252")).text == text


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n", b"\xef\xbb\xbf", " \n".encode("utf-16")])
def test_an_empty_file_is_reported(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"a\.txt is empty"):
        read(tmp_path, data)


@pytest.mark.parametrize("data", [b"\x7fELF\x00\x01", bytes(range(1, 9)) * 40 + b"abc", b"\xff\xfe\x00\xd8a"])
def test_binary_and_damaged_data_are_reported(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"a\.txt .*: ") as raised:
        read(tmp_path, data)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_too_large_is_reported_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(50_000_000)
    started = time.perf_counter()
    with pytest.raises(ArticleError, match=r"big\.txt is too large .*50 MB, the limit is 20 MB"):
        read_article(tmp_path / "big.txt", "big.txt")
    assert time.perf_counter() - started < 1


def test_a_file_that_cannot_be_opened_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, "a.txt") / "a.txt"

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # the tests may run with root's rights
    with pytest.raises(ArticleError, match=r"a\.txt cannot be read \(Permission denied\): check"):
        read_article(file, "a.txt")
    with pytest.raises(ArticleError, match="cannot be read"):
        read_article(tmp_path / "none.txt", "none.txt")


def test_a_format_without_a_reader_is_reported_and_one_more_reader_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, "a.caps") / "a.caps"
    with pytest.raises(ArticleError, match="cannot read"):
        read_article(file, "a.caps")
    monkeypatch.setitem(articles.READERS, ".caps", lambda data, _: Extracted(data.decode().upper()))
    assert read_article(file, "a.caps").text == STORY.upper()
    assert names(tmp_path) == ["a.caps"]


@pytest.mark.skipif(os.name == "nt", reason="such names do not exist there")
def test_strange_names_are_escaped_in_messages(tmp_path: Path) -> None:
    name = "a\nb\x1b[31m\udcff\u202e.txt"
    (tmp_path / name).write_bytes(b"")
    assert names(tmp_path) == [name]
    with pytest.raises(ArticleError) as raised:
        read_article(tmp_path / name, name)
    assert str(raised.value).startswith(r"a\nb\x1b[31m\udcff\u202e.txt is empty")
    assert str(raised.value).encode().isascii()
    assert printable("Zürich/日本.txt") == "Zürich/日本.txt"


EXPECTED = {
    "000_e0306189c915787d.txt": (
        "Iraq and the United States are shifting their focus from combat to coalition assistance ahead of the"
        " December 31 deadline.",
        "2021-12-09",
        "Washington Newsday",
        ["This is a condensed version of the information."],
    ),
    "001_62415dbc6ffa0a01.txt": (
        "Iraq and the U.S.-led coalition concluded a final round of technical talks to formally…",
        None,
        None,
        ["In Other News", "Load More"],
    ),
    "002_a5921d1edb7cd594.txt": (
        "The US-led anti-ISIS coalition in Iraq has completed its combat mission in Baghdad.",
        "2021-12-09",
        "The Washington Newsday",
        ["The Washington Newsday Brief News is a daily newspaper published in Washington, D.C."],
    ),
    "003_a3835b98505ff9ac.txt": (
        "The U.S. troops have ended their combat mission in Iraq, as per earlier agreements with…",
        None,
        None,
        ["Iraqi troops undergoing training from the U.S.-led coalition DVIDS photo"],
    ),
    "004_29c4ca78781c7bca.txt": (
        "The United States military ended its combat mission in Iraq this week, though it will not…",
        None,
        None,
        [],
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_real_articles_say_what_they_say(name: str) -> None:
    article = read_article(SEEDS / name, name)
    boilerplate = [article.text[s.start : s.end] for s in article.sentences if s.role == "boilerplate"]
    assert (article.title, article.published, article.outlet, boilerplate) == EXPECTED[name]
    assert article.url is None


def test_the_title_line_is_a_title_and_in_no_passage() -> None:
    article = read_article(SEEDS / "000_e0306189c915787d.txt", "000.txt")
    assert [article.text[s.start : s.end] for s in article.sentences if s.role == "title"] == [article.title]
    assert passages(article)[0].start > article.sentences[0].end


PIECES = [
    *(
        "---\n",
        "title: a: b\n",
        "date: 2021-12-09\n",
        " date 2021-12-09 A title…",
        "# Head\n",
        "By Jane Doe, Reuters\n",
    ),
    *(
        "\n\n",
        "\r\n",
        "\x85",
        "😀",
        "e\u0301",
        "The U.S. left.",
        "Load More",
        "©",
        "(AP) — ",
        "a: &a [*a]\n",
        "\u2028",
    ),
    *("\t", "This is a version of this story.", "- ", "ROME — ", "Photo/AP", ":", "===\n"),
]
ANY = st.lists(st.sampled_from(PIECES) | st.text(max_size=15), min_size=1, max_size=25).map("".join)


@given(ANY)
@settings(max_examples=400, deadline=None)
def test_any_text_becomes_ordered_stripped_sentences_that_cover_it(text: str) -> None:
    if not text.strip():
        return
    article = parse_article(text, "a.txt")
    spans = [(s.start, s.end) for s in article.sentences]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    covered = {at for start, end in spans for at in range(start, end)}
    body = read_metadata(text).body_start
    assert all(text[at].isspace() for at in range(body, len(text)) if at not in covered)
    assert article.title
    assert {s for p in passages(article) for s in p.sentences} == {s for s in article.sentences if s.role == "body"}


def test_what_the_format_says_goes_before_what_the_text_says() -> None:
    text = "Title: Another\nDate: 2020-01-01\n\nThe minister resigned on Monday. Nobody knows why.\n"
    given = Extracted(text, published="2021-12-09", outlet="The Herald")
    article = parse_article(given, "a.txt")
    assert (article.title, article.published, article.outlet) == ("Another", "2021-12-09", "The Herald")
    assert parse_article(Extracted(text, "Mine"), "a.txt").title == "Mine"


@pytest.mark.parametrize(
    "first",
    [
        "Source: the ministry said so on Monday.",
        "Date: 2021-12-09",
        "December 9, 2021 was a Thursday and the minister resigned.",
        "2021-12-09 Minister resigned.",
        "---\ntitle: no head\n---",
    ],
)
def test_a_text_whose_title_stands_outside_of_it_keeps_its_first_lines(first: str) -> None:
    article = parse_article(Extracted(f"{first}\n\n{STORY}", "Minister resigns"), "a.jsonl")
    assert article.sentences[0].start == 0
    assert article.text[slice(article.sentences[0].start, article.sentences[-1].end)].startswith(first)
    assert article.title == "Minister resigns"


def test_a_given_title_that_the_text_repeats_is_its_title_line() -> None:
    article = parse_article(Extracted(f"Minister resigns\n\n{STORY}", "Minister  resigns"), "a.html")
    first = article.sentences[0]
    assert (first.role, article.text[first.start : first.end]) == ("title", "Minister resigns")


def test_a_given_title_too_long_for_one_is_none() -> None:
    assert parse_article(Extracted(STORY, "word " * 50), "a.html").title == "The minister resigned on Monday."


@pytest.mark.slow
def test_hostile_texts_take_linear_time() -> None:
    started = time.perf_counter()
    for piece in (
        "A",
        "A ",
        "watch ",
        "a\n",
        "(",
        "“",
        ".)",
        "© ",
        "1:",
        "A/",
        "#",
        "- \n",
        "By A, ",
        "---\n",
        "&a [*a, ",
    ):
        parse_article(piece * (150_000 // len(piece)), "a.txt")
    assert time.perf_counter() - started < 20


def read(folder: Path, data: bytes) -> articles.Article:
    (folder / "a.txt").write_bytes(data)
    return read_article(folder / "a.txt", "a.txt")
