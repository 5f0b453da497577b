"""The facts of seeds/ are true of the articles: checked against their text, with no answering involved."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import snowballstemmer

from eval.facts import Fact, lacking, load_facts, plain
from index.text.sentences import split_sentences

ROOT = Path(__file__).resolve().parents[2]
FACTS = load_facts(ROOT / "eval" / "facts" / "seeds.jsonl")
ANSWERED = [fact for fact in FACTS if not fact.abstain]
TAGS = Counter(tag for fact in FACTS for tag in fact.tags)
STEMMER = snowballstemmer.stemmer("english")

FUNCTION_WORDS = """
    a about after against all also an and any are as at be because been before being both but by can
    could did do does doing done during each else even ever every for from had has have having he her
    here his how i if in into is it its many may might more most much must no nor not now of on only or
    other our over own she should since so some such than that the their them then there these they this
    those to under until up very was we were what when where whether which while who whom whose why will
    with within without would you your
"""


def stems(text: str) -> set[str]:
    """The stems of the content words of `text`."""
    function_words = FUNCTION_WORDS.split()
    spelt = plain(text).replace("u.s.", "united states").replace("'s ", " ")
    return {STEMMER.stemWord(word) for word in re.findall(r"[^\W_]+", spelt) if word not in function_words}


@cache
def sentences(path: str) -> tuple[str, ...]:
    text = (ROOT / "seeds" / path).read_text(encoding="utf-8")
    return tuple(text[start:end] for start, end in split_sentences(text))


def answering(fact: Fact, path: str) -> list[str]:
    return [sentence for sentence in sentences(path) if fact.held_by(sentence)]


def each(facts: list[Fact]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fact", [pytest.param(fact, id=fact.id) for fact in facts])


@each(ANSWERED)
def test_one_sentence_of_every_acceptable_file_holds_the_answer(fact: Fact) -> None:
    assert [path for path in sorted(fact.acceptable) if not answering(fact, path)] == []


@each(ANSWERED)
def test_every_accepted_string_stands_in_an_acceptable_file(fact: Fact) -> None:
    texts = [plain(sentence) for path in fact.acceptable for sentence in answering(fact, path)]
    for part in fact.all_of + fact.any_of:
        assert any(plain(part) in text for text in texts), part


@each([fact for fact in ANSWERED if fact.short or fact.differs or fact.attributed])
def test_what_an_answer_must_say_besides_stands_in_an_article(fact: Fact) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt")]
    assert lacking(fact.short + fact.differs + fact.attributed, texts) == ()


@each(ANSWERED)
def test_no_file_is_listed_twice(fact: Fact) -> None:
    assert len(fact.acceptable) == len(fact.sources + fact.any_source + fact.also)


@each([fact for fact in ANSWERED if "reworded" in fact.tags])
def test_a_reworded_question_shares_no_content_word_with_an_answering_sentence(fact: Fact) -> None:
    for path in sorted(fact.acceptable):
        for sentence in answering(fact, path):
            assert stems(fact.question) & stems(sentence) == set(), sentence


@each([fact for fact in ANSWERED if "several" in fact.tags])
def test_a_fact_of_several_must_be_cited_from_several(fact: Fact) -> None:
    assert len(fact.sources) >= 2


@each([fact for fact in ANSWERED if "single" in fact.tags])
def test_a_fact_of_one_article_stands_in_no_other(fact: Fact) -> None:
    assert len(fact.acceptable) == 1


def test_there_are_facts_of_every_sort() -> None:
    kinds = Counter(fact.kind for fact in FACTS)
    assert min(kinds[kind] for kind in ("number", "date", "person", "place", "quote")) >= 8
    reworded = sum("reworded" in fact.tags for fact in load_facts(ROOT / "eval" / "open" / "seeds.jsonl"))
    assert TAGS["reworded"] + reworded >= 15  # most are open: quite other words are not sure enough to be shown
    assert min(TAGS["several"], TAGS["single"]) >= 8
    assert TAGS["differ"] >= 5
    assert len([fact for fact in ANSWERED if fact.history]) >= 6
    assert min(TAGS[tag] for tag in ("accounts", "attribution", "parts", "short")) >= 4
    assert min(TAGS["filter"], TAGS["several-turns"]) >= 8
    assert TAGS["overview"] >= 3
    assert len([fact for fact in FACTS if fact.differs]) >= 6


def test_every_article_has_its_facts() -> None:
    required = Counter(path for fact in ANSWERED for path in fact.sources + fact.any_source)
    assert set(required) == {path.name for path in (ROOT / "seeds").glob("*.txt")}
    assert min(required.values()) >= 8
    alone = Counter(path for fact in ANSWERED if len(fact.acceptable) == 1 for path in fact.acceptable)
    assert min(alone[path] for path in required) >= 4


def test_enough_questions_have_no_answer_and_half_of_them_are_near_misses() -> None:
    unanswerable = [fact for fact in FACTS if fact.abstain]
    assert len(unanswerable) >= 18
    assert 2 * len([fact for fact in unanswerable if "near-miss" in fact.tags]) >= len(unanswerable)


def test_sources_that_differ_have_their_own_values() -> None:
    by_id = {fact.id: fact for fact in FACTS}
    assert set(by_id["combat-stopped-general"].any_of) >= {"early 2020", "mid-2020"}
    assert by_id["advisers-since"].any_of == ("mid-2020",)
    assert by_id["daesh-defeated"].sources != by_id["isis-down"].sources


def test_the_first_question_of_the_readme_is_a_fact() -> None:
    assert "How many US troops remain in Iraq?" in [fact.question for fact in FACTS]
