"""Whether a sentence tells of another office than the question."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_folders import first, write

from rag import Assistant
from rag.asking.question import analyse
from rag.finding.offices import conflicting, named_holder

PRIME = "The Iraqi Prime Minister, Mustafa al-Kadhimi, came to Washington."


@pytest.mark.parametrize(
    ("question", "sentence", "office"),
    [
        ("Who is the foreign minister?", PRIME, "foreign minister"),
        ("Who is the Minister of Foreign Affairs?", PRIME, "Minister of Foreign"),
        ("Who is the prime minister?", PRIME, ""),
        ("Who is the minister?", PRIME, ""),
        ("Who is the deputy prime minister?", PRIME, "deputy prime minister"),
        ("Who is the prime minister?", "Deputy Prime Minister Ann Lee resigned.", "prime minister"),
        ("Who is the president?", "Vice President Kamala Harris spoke.", "president"),
        ("Who is the president?", "President Biden and Vice President Harris spoke.", ""),
        ("Who is the foreign minister?", "The minister, Fuad Hussein, denied it.", ""),
        ("Who is the secretary of defence?", "Defense Secretary Lloyd Austin spoke.", ""),
        ("Who is the defense secretary?", "The secretary of state, Antony Blinken, spoke.", "defense secretary"),
        ("Who is the foreign minister?", "Hussein said so.", ""),
        ("Who is the Iraqi president?", "US President Joe Biden met the Iraqi prime minister.", "president"),
        ("Who is Iraq's president?", "U.S. President Joe Biden met the Iraqi prime minister.", "president"),
        ("Who is the president of Iraq?", "US President Joe Biden met the Iraqi prime minister.", "president"),
        ("Who is the president of Iraq?", "The president of Iraq, Barham Salih, met US President Joe Biden.", ""),
        ("Who is the American president?", "US President Joe Biden met the Iraqi prime minister.", ""),
        ("Who is the Iraqi president?", "President Barham Salih met US President Joe Biden.", ""),
        ("Who is the Iraqi president?", "Iraq’s president, Barham Salih, met US President Joe Biden.", ""),
        ("Who is the president?", "Then-President Ann Lee spoke.", "president"),
        ("Who is the president?", "Former President Ann Lee met President Kari Moe.", ""),
        ("Who was the president?", "Then-President Ann Lee spoke.", ""),
        ("Who is the former president?", "Former President Ann Lee spoke.", ""),
        ("What does Acme's CEO say?", "Ann Lee, CEO of Bolt Motors, spoke.", "CEO"),
        ("Who is the CEO of Acme?", "Acme CEO Ann Lee spoke.", ""),
        ("Who is the CEO of Acme?", "The company's CEO, Ann Lee, spoke.", ""),
        (
            "Who is the president of Ukraine?",
            "Russia and President Putin ordered an invasion of Ukraine.",
            "president",
        ),
        ("Who is the president of Ukraine?", "President Zelensky spoke in Ukraine.", ""),
        ("Who is the spokesperson of Acme?", "Acme spokesman Sam Berg spoke.", ""),
        ("What did the White House spokesman say?", "Pentagon spokesman John Kirby spoke.", "spokesman"),
        ("What did the Pentagon's spokesman say?", "Pentagon spokesman John Kirby spoke.", ""),
        ("What did the US spokesman say?", "Pentagon spokesman John Kirby spoke.", ""),
        ("Who is the premier?", PRIME, ""),
        ("Who is the premier?", "The foreign minister, Fuad Hussein, denied it.", "premier"),
    ],
)
def test_an_office_of_another_field_or_a_deputys_is_another(question: str, sentence: str, office: str) -> None:
    assert conflicting(question, sentence, sentence) == office


def test_an_article_that_has_the_office_elsewhere_may_mean_it_here() -> None:
    article = f"Fuad Hussein, the foreign minister, went too. {PRIME}"
    assert conflicting("When did the foreign minister travel?", PRIME, article) == ""


def test_a_title_of_nobodys_is_another_office_where_the_article_says_who_holds_the_one_asked_about() -> None:
    biden = "Norwick’s plan was made while President Joe Biden was abroad."
    article = f"Norwick President Lars Juhl spoke. {biden}"
    asked = "Who is the president of Norwick?"
    assert conflicting(asked, biden, article) == "president"
    assert conflicting(asked, biden, biden) == ""
    again = "Students thanked President Juhl at Norwick."
    assert conflicting(asked, again, f"Norwick President Lars Juhl spoke. {again}") == ""
    assert conflicting("Who is the president of Iraq?", biden, f"Iraqi President Barham Salih spoke. {biden}")


@pytest.mark.parametrize(
    ("question", "sentence", "named"),
    [
        ("Who is the sheriff of Norwick County?", "A Norwick County sheriff’s deputy fined Kurt Moe.", False),
        ("Who is the sheriff of Norwick County?", "The sheriff’s office said Sheriff Kurt Moe spoke.", True),
        ("Who is Juhl's wife?", "Juhl and his wife, Karen, moved to Bodo.", True),
        ("Who is Juhl's wife?", "Juhl and his wife moved to Bodo.", False),
        ("Who is the president's wife?", "The president's wife, Jill Biden, spoke.", True),
    ],
)
def test_whoever_is_called_so_is_named_beside_it(question: str, sentence: str, named: bool) -> None:
    assert named_holder(question, sentence) == named


def test_the_holder_of_another_office_is_no_answer(assistant: Assistant) -> None:
    assert assistant.ask("Who is the foreign minister of Iraq?").abstained
    assert "Kadhemi" in first(assistant.ask("Who is the prime minister of Iraq?"))


def test_an_office_that_no_article_has_is_asked_for_in_vain_and_one_in_another_form_is_not(tmp_path: Path) -> None:
    text = (
        "# Talks in Oslo\n\nDefense Secretary Lloyd Austin met officials in Oslo on Friday. Pentagon spokesman "
        "John Kirby said the talks were good. Norway's finance minister, Ola Hansen, did not comment.\n"
    )
    with Assistant(write(tmp_path / "articles", {"oslo.md": text}), index=tmp_path / "index") as assistant:
        assert "Lloyd Austin" in first(assistant.ask("Who is the secretary of defence?"))
        assert "John Kirby" in first(assistant.ask("Who is the Pentagon's spokesman?"))
        assert assistant.ask("Who is the treasury minister of Norway?").abstained
        assert assistant.ask("Who is the ambassador to Norway?").abstained


@pytest.mark.parametrize(
    ("question", "kind", "names"),
    [
        ("Who is the Prime Minister of Iraq?", "person", ["Iraq"]),
        ("Who is Iraq's Prime Minister?", "person", ["Iraq's"]),
        ("Who is the CEO of Acme?", "person", ["Acme"]),
        ("What did President Biden say?", "quote", ["President Biden"]),
        ("Who runs General Motors?", "person", ["General Motors"]),
    ],
)
def test_an_office_in_capitals_is_no_name_but_in_front_of_one(question: str, kind: str, names: list[str]) -> None:
    asked = analyse(question)
    assert (asked.kind, [question[name.start : name.end] for name in asked.names]) == (kind, names)


def test_whoever_holds_an_office_is_named_beside_it(tmp_path: Path) -> None:
    text = (
        "# A strike at Acme\n\nAcme moves many parcels, and rivals at Bolt move some. Members voted against the "
        "contract of Acme in 2018, which then-Acme president James Holt signed. Acme's new president, Ann Lee, won "
        "office this year. Sam Berg, spokesman of the Drivers' Union, said the members of Acme and Bolt are tired.\n"
    )
    with Assistant(write(tmp_path / "articles", {"strike.md": text}), index=tmp_path / "index") as assistant:
        assert "Ann Lee" in first(assistant.ask("Who is the president of Acme?"))
        assert assistant.ask("Who is the CEO of Bolt?").abstained


def test_an_office_without_its_holders_name_is_no_answer(tmp_path: Path) -> None:
    text = (
        "# Shots for children\n\nIf the CDC director signs off on the shots on Monday, they will be given in June. "
        "The CDC said so in a statement provided by spokesperson Dave Daigle. It rained.\n"
    )
    with Assistant(write(tmp_path / "articles", {"shots.md": text}), index=tmp_path / "index") as assistant:
        assert assistant.ask("Who is the director of the CDC?").abstained
        assert "Dave Daigle" in first(assistant.ask("Who is the spokesman of the CDC?"))
