"""What a sentence says who or what bears a name."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import opened, write

from rag import Assistant
from rag.finding.described import described


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("“No,” said Ann Lee, a teacher from Oslo who lives there.", ["a teacher from Oslo"]),
        ("Ann Lee, 43, a teacher from Oslo, left.", ["a teacher from Oslo"]),
        ("Ann Lee, Norway’s minister of trade, left.", ["Norway’s minister of trade"]),
        ("Ann Lee, head of the U.S. Navy since June, left.", ["head of the U.S. Navy"]),
        ("Ann Lee, White House press secretary, left.", ["White House press secretary"]),
        ("Ann Lee is the first woman to lead it.", ["the first woman to lead it"]),
        ("Ann Lee, who is tall, was a judge for years.", ["a judge for years"]),
        ("He saw Foreign Minister Ann Lee.", ["Foreign Minister"]),
        ("He met former Dutch football star Ann Lee.", ["former Dutch football star"]),
        ("He met US Ambassador to Norway Ann Lee.", ["US Ambassador to Norway"]),
        ("They met the head of the agency, Ann Lee, and left.", ["the head of the agency"]),
        ("The actors Ann Lee and Kari Moe left.", ["actors"]),
        ("Ann Lee, the police said, was late.", []),
        ("Ann Lee is late.", []),
        ("Led by Ann Lee, the band that he saw left.", []),
        ("He had from Ann Lee, a number of them, heard it.", []),
        ("Ann Lee, who is now a dancer, left.", ["a dancer"]),
        ("“Ann Lee is a friend of mine,” he said.", []),
        ("They want to replace Ann Lee.", []),
        ("It is from last January Trump lawyer Ann Lee said.", ["Trump lawyer"]),
        ("Dr. Ann Lee left.", []),
        ("Kari Lee, a teacher, left.", []),
        ("Ann Lee Moe, a teacher, left.", []),
    ],
)
def test_what_stands_beside_a_name_and_is_no_more_than_that(sentence: str, says: list[str]) -> None:
    found = [sentence[one.start : one.end] for one in described("Ann Lee", sentence, sentence)]
    assert found == says


@pytest.mark.parametrize(
    ("article", "says"),
    [("Ann Lee came. ", ["a judge"]), ("Kari Lee came. ", []), ("Ann Lee and Kari Lee came. ", []), ("", [])],
)
def test_a_last_name_alone_is_somebodys_whom_nobody_shares_it_with(article: str, says: list[str]) -> None:
    sentence = "Lee, a judge, left."
    assert [sentence[one.start : one.end] for one in described("Ann Lee", sentence, article + sentence)] == says


def test_who_somebody_is_is_the_short_answer(telling: Assistant) -> None:
    assistant = telling
    assert assistant.ask("Who is Qassem al-Aaraji?").short == "National security adviser"
    assert "alliance of Iraqi paramilitary groups" in (assistant.ask("What is the Hashed al-Shaabi?").short or "")
    assert assistant.ask("Who is John Kirby?").short == "Pentagon spokesman"
    assert "commander" in (assistant.ask("Who is Maj. Gen. John Brennan?").short or "")


def test_initials_stand_for_words(tmp_path: Path) -> None:
    text = "# The ferry\n\nTickets are sold by FAST, or Ferry and Sea Transport. The ferry was late on Monday.\n"
    folder = write(tmp_path / "articles", {"ferry.md": text})
    with opened(folder, tmp_path / "index") as assistant:
        assert assistant.ask("What does SLOW stand for?").abstained
    with opened(folder, tmp_path / "index", bar=0.0) as telling:
        assert telling.ask("What does FAST stand for?").short == "Ferry and Sea Transport"
