"""The list of articles: pages of it, sorted, filtered, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from made_folders import opened, write

from index.catalog.database import Database
from index.catalog.listing import Wish, dated, failed, failed_count, listed, same_file, states

BRIDGE = "The bridge was opened by the mayor on Friday, the town says.\n"
FERRY = "The ferry made its last trip on Sunday, as the company said.\n"
ARTICLES = {
    "b.md": f"---\ntitle: beta Café\ndate: 2019-05-03\noutlet: Herald\n---\n\n{BRIDGE}",
    "a.md": f"---\ntitle: Alpha\ndate: 2021-05-03\noutlet: Post\n---\n\n{FERRY}",
    "c.txt": "Gamma rays are seen\n\nThe museum of clocks shut its doors, and nobody was there to see it.\n",
    "empty.txt": "",
}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("listing")
    with opened(write(folder / "articles", ARTICLES), folder / "index") as assistant:
        yield assistant._index.catalog.database


def paths(database: Database, wish: Wish) -> list[str]:
    return [one.path for one in listed(database, wish, 0, 50)[1]]


def test_articles_without_a_date_come_last_in_either_order(database: Database) -> None:
    assert paths(database, Wish()) == ["a.md", "b.md", "c.txt"]
    assert paths(database, Wish(descending=False)) == ["b.md", "a.md", "c.txt"]


def test_titles_and_outlets_are_sorted_without_regard_to_case(database: Database) -> None:
    assert paths(database, Wish(sort="title", descending=False)) == ["a.md", "b.md", "c.txt"]
    assert paths(database, Wish(sort="title")) == ["c.txt", "b.md", "a.md"]
    assert paths(database, Wish(sort="outlet", descending=False)) == ["b.md", "a.md", "c.txt"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cafe", ["b.md"]),
        ("HERALD", ["b.md"]),
        (".txt", ["c.txt"]),
        ("gamma seen", ["c.txt"]),
        ("a.md x", []),
        ("'\"%_", []),
    ],
)
def test_the_filter_reads_titles_outlets_and_paths(database: Database, text: str, expected: list[str]) -> None:
    assert paths(database, Wish(text)) == expected
    assert listed(database, Wish(text), 0, 1)[0] == len(expected)


def test_the_list_narrows_to_days_or_to_what_has_none(database: Database) -> None:
    assert paths(database, Wish(since="2019-05-03", until="2019-05-03")) == ["b.md"]
    assert paths(database, Wish(undated=True)) == ["c.txt"]


def test_pages_follow_each_other_without_a_gap(database: Database) -> None:
    pages = [listed(database, Wish(), start, 1) for start in range(3)]
    assert [total for total, _ in pages] == [3, 3, 3]
    assert [rows[0].path for _, rows in pages] == paths(database, Wish())


def test_what_could_not_be_read_is_listed_with_its_reason(database: Database) -> None:
    assert failed_count(database) == 1
    total, failures = failed(database, "", 0, 50)
    assert total == 1
    assert failures[0].path == "empty.txt"
    assert failed(database, "nothing of this name", 0, 50) == (0, [])
    read = states(database, ["a.md", "empty.txt", "never-seen.txt"])
    assert read["a.md"] is None
    assert "empty" in (read["empty.txt"] or "")
    assert "never-seen.txt" not in read


def test_a_file_is_known_by_its_bytes(database: Database) -> None:
    import hashlib

    assert same_file(database, hashlib.sha256(ARTICLES["a.md"].encode()).hexdigest()) == "a.md"
    assert same_file(database, "0" * 64) is None


def test_dates_come_in_order(database: Database) -> None:
    assert [one.published for one in dated(database)] == ["2019-05-03", "2021-05-03", None]
