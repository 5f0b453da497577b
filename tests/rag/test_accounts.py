"""Copies of one story are one account; whoever reports for himself is another."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import SEEDS, configured, few, write

from index.store import Index
from rag import Assistant
from rag.accounts.copies import Told, same_account, told
from rag.accounts.groups import Accounts, all_accounts

WIRE, REWORDED, FRENCH, KIRBY, TALKS = (
    "001_62415dbc6ffa0a01.txt",
    "000_e0306189c915787d.txt",
    "002_a5921d1edb7cd594.txt",
    "003_a3835b98505ff9ac.txt",
    "004_29c4ca78781c7bca.txt",
)
FIRE = """Blaze destroys a harbour warehouse in Aalborg

A fire that started in a paint store destroyed a warehouse at the harbour of Aalborg on Tuesday night.

Forty firefighters fought the flames until dawn, and two of them were treated for smoke in their lungs. Residents of
Strandvejen were told to keep their windows shut because of the fumes.

“We heard three bangs, and then the roof was gone,” said Mette Holm, who lives across the water.

The building belonged to Nordjysk Lager, which kept paint, tyres and furniture in it. Its owner, Palle Juhl, put the
loss at 30 million kroner. The police do not believe that it was arson, and will go through the ruins with dogs today.
"""
FIRE_REPORTED_BY_ANOTHER = """Smoke over Aalborg: nothing left of old store

When Jens Peter Dam came to work on Wednesday, his desk was ash. He has run the office of Nordjysk Lager for 22 years.

The store at Aalborg's harbour went up on Tuesday night. From his kitchen he watched it with his daughter. Insurance
will pay for the walls, he thinks, but not for the drawings of three generations of shipbuilders that hung there.

“We heard three bangs, and then the roof was gone,” said Mette Holm, a neighbour.

The town had planned to turn the quay into flats. Whether the plan, debated in the council since 2016, will now go
faster is what politicians of all parties were asked this morning. The mayor would not be drawn. By noon a crane had
pulled down what was left of the east wall, and schoolchildren were collecting tiles.
"""
FIRE_CUT = "Harbour fire in Aalborg\n\n" + "\n\n".join(FIRE.split("\n\n")[1:4])
FERRY = """New ferry for Bornholm delayed

The yard in Rauma will hand over the ferry four months late. Steel was short and welders were ill, its director said.

Travellers to Rønne will be carried by the old Hammershus until Easter. The company has promised them free coffee.
"""
FURNITURE = """
Readers of this paper get the stories of the region every morning before breakfast, at a price that has not changed.
It was founded in 1884 and belongs to those who read it. Its newsroom follows the rules of the national press council.
"""
QUAKE = """Earthquake of magnitude {size} strikes {place}

An earthquake of magnitude {size} struck {place} at {hour} local time on {day}, the seismological service said.

The quake was {depth} kilometres deep; its centre lay {far} kilometres from {town}. No damage was reported at first.
Aftershocks may follow in the hours and days after a quake of this size. The service measures all quakes in {country}.
"""


@contextmanager
def indexed(folder: Path, files: Mapping[str, str]) -> Iterator[Index]:
    """An index over these articles."""
    index = Index(configured(write(folder / "articles", files), folder / "index"))
    index.sync()
    try:
        yield index
    finally:
        index.close()


@pytest.fixture(scope="module")
def seed_index(assistant: Assistant) -> Index:
    """The index over the five seeds."""
    return assistant._index


def the_told(index: Index, path: str) -> Told:
    """An article of the index as it is compared."""
    article, passages = index.catalog.article(path), index.catalog.passages_of(path)
    assert article is not None
    sentences = [article.text[start:end] for part in passages for start, end in part.sentences]
    return told(sentences, lambda: [part.vectors.sentences for part in passages])


def test_the_five_seeds_are_four_accounts(seed_index: Index) -> None:
    assert all_accounts(seed_index) == [(REWORDED, WIRE), (FRENCH,), (KIRBY,), (TALKS,)]


def test_accounts_are_numbered_as_they_first_appear(seed_index: Index) -> None:
    numbers = Accounts(seed_index).numbered([KIRBY, WIRE, TALKS, REWORDED, KIRBY])
    assert numbers == {KIRBY: 1, WIRE: 2, TALKS: 3, REWORDED: 2}
    assert list(numbers) == [KIRBY, WIRE, TALKS, REWORDED]


def test_the_same_statement_in_three_reports_makes_no_copies(seed_index: Index) -> None:
    assert all("to ensure Daesh never returns" in (SEEDS / path).read_text() for path in (WIRE, KIRBY, TALKS))
    assert len(set(Accounts(seed_index).numbered([WIRE, KIRBY, TALKS]).values())) == 3


@few(20)
@given(order=st.permutations([WIRE, REWORDED, FRENCH, KIRBY, TALKS]))
def test_who_is_with_whom_does_not_depend_on_the_order_asked(seed_index: Index, order: list[str]) -> None:
    numbers = Accounts(seed_index).numbered(order)
    assert {path for path in order if numbers[path] == numbers[WIRE]} == {WIRE, REWORDED}
    assert sorted(set(numbers.values())) == [1, 2, 3, 4]


@few(10)
@given(drawn=st.randoms(use_true_random=False))
def test_a_rewording_stays_one_whatever_the_order_of_its_sentences(seed_index: Index, drawn: random.Random) -> None:
    wire, article = the_told(seed_index, WIRE), seed_index.catalog.article(REWORDED)
    assert article is not None
    parts = seed_index.catalog.passages_of(REWORDED)
    pairs = [
        (article.text[start:end], row)
        for part in parts
        for (start, end), row in zip(part.sentences, part.vectors.sentences, strict=True)
    ]
    drawn.shuffle(pairs)
    shuffled = told([text for text, _ in pairs], lambda: [row[None] for _, row in pairs])
    assert same_account(wire, shuffled)
    assert same_account(shuffled, wire)


def test_reports_of_one_event_cuts_and_furniture(tmp_path: Path) -> None:
    files = {
        "fire.txt": FIRE,
        "cut.txt": FIRE_CUT,
        "other.txt": FIRE_REPORTED_BY_ANOTHER + FURNITURE,
        "ferry.txt": FERRY + FURNITURE,
    }
    with indexed(tmp_path, files) as index:
        assert all_accounts(index) == [("cut.txt", "fire.txt"), ("ferry.txt",), ("other.txt",)]


def test_reports_made_from_one_form_are_of_different_events(tmp_path: Path) -> None:
    cebu = {"size": "5.1", "place": "Cebu", "hour": "04:12", "day": "Monday", "depth": "31", "far": "44"}
    arica = {"size": "6.3", "place": "Arica", "hour": "22:50", "day": "Friday", "depth": "12", "far": "80"}
    files = {
        "cebu.txt": QUAKE.format(**cebu, town="Bogo", country="the Philippines"),
        "arica.txt": QUAKE.format(**arica, town="Putre", country="Chile"),
    }
    with indexed(tmp_path, files) as index:
        assert all_accounts(index) == [("arica.txt",), ("cebu.txt",)]


def test_groups_are_the_same_however_the_index_came_to_be(tmp_path: Path) -> None:
    files = {f"{name}.txt": text for name, text in (("a", FERRY), ("b", FIRE), ("c", FIRE_CUT), ("d", FIRE))}
    with indexed(tmp_path / "at once", files) as index:
        at_once = all_accounts(index)
    with indexed(tmp_path / "by edits", {"d.txt": FERRY, "c.txt": files["c.txt"]}) as index:
        for name in ("d.txt", "b.txt", "a.txt"):
            write(tmp_path / "by edits/articles", {name: files[name]})
            index.sync()
        assert all_accounts(index) == at_once == [("a.txt",), ("b.txt", "c.txt", "d.txt")]


def test_a_changed_article_is_compared_anew(tmp_path: Path) -> None:
    with indexed(tmp_path, {"a.txt": FIRE, "b.txt": FIRE_CUT, "c.txt": FERRY}) as index:
        accounts = Accounts(index)
        assert accounts.numbered(["a.txt", "b.txt", "c.txt"]) == {"a.txt": 1, "b.txt": 1, "c.txt": 2}
        write(tmp_path / "articles", {"b.txt": FIRE_REPORTED_BY_ANOTHER})
        index.sync()
        assert accounts.numbered(["a.txt", "b.txt", "c.txt"]) == {"a.txt": 1, "b.txt": 2, "c.txt": 3}


def test_threads_may_share_the_accounts_of_an_index(seed_index: Index) -> None:
    accounts, found = Accounts(seed_index), []
    paths = [WIRE, REWORDED, FRENCH, KIRBY, TALKS]
    threads = [threading.Thread(target=lambda: found.append(accounts.numbered(paths))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [dict(zip(paths, (1, 1, 2, 3, 4), strict=True))] * 4


def test_paths_that_are_not_indexed_are_accounts_of_their_own(seed_index: Index) -> None:
    assert Accounts(seed_index).numbered(["gone.txt", WIRE, "lost.txt"]) == {"gone.txt": 1, WIRE: 2, "lost.txt": 3}
    assert Accounts(seed_index).numbered([]) == {}


def test_articles_of_no_or_one_sentence_crash_nothing(tmp_path: Path) -> None:
    line = "A bridge in Oslo opened on Friday.\n"
    files = {"a.txt": line, "b.txt": "Traffic rolls over Oslo’s new bridge.\n", "c.txt": "Share\n", "d.txt": line}
    with indexed(tmp_path, {**files, "e.txt": FERRY, "f.txt": "\u202e… “ “ \U0001f6a2 “ 1,,2.\n"}) as index:
        groups = all_accounts(index)
    assert sorted(path for group in groups for path in group) == [
        "a.txt",
        "b.txt",
        "c.txt",
        "d.txt",
        "e.txt",
        "f.txt",
    ]
    assert ("e.txt",) in groups
    assert not any({"a.txt", "b.txt"} <= set(group) for group in groups)


@few(50)
@given(texts=st.lists(st.text(max_size=80), max_size=6), others=st.lists(st.text(max_size=80), max_size=6))
def test_any_text_can_be_compared_and_either_way_round(texts: list[str], others: list[str]) -> None:
    drawn = np.random.default_rng(len(texts) * 7 + len(others))
    vectors = [[_units(drawn, len(held))] for held in (texts, others)]
    one, other = told(texts, lambda: vectors[0]), told(others, lambda: vectors[1])
    assert same_account(one, other) == same_account(other, one)
    assert same_account(one, one) == bool(one.holders)


def _units(drawn: np.random.Generator, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    rows = drawn.normal(size=(count, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
