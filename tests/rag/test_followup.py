"""Follow-ups: what is carried over, what is not, and what is left as it was asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_folders import first

from benchmarks.quality.followups import Case as Judged
from benchmarks.quality.followups import Turn, f1, judged, precision, recall
from rag import Answer, Assistant
from rag.question.followup import LONGEST, TURNS, standalone
from rag.question.memory import Memory, said
from rag.question.phrases import phrases

TROOPS = "How many US troops remain in Iraq?"
REMAINING = "There are roughly 2,500 U.S. troops remaining in Iraq. [1]"
BRENNAN = (
    "“Many brave men and women gave their lives to ensure Daesh never returns,” said coalition commander "
    "Maj. Gen. John Brennan. [1]"
)


def after(*questions: str) -> list[tuple[str, str]]:
    """A conversation of questions whose answers say nothing."""
    return [(question, "") for question in questions]


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        (TROOPS, "And in Syria?", "How many US troops remain in Syria?"),
        (TROOPS, "What about in Syria?", "How many US troops remain in Syria?"),
        (TROOPS, "And how many are in Syria?", "How many US troops are in Syria?"),
        (
            TROOPS,
            "And how many from the other countries?",
            "How many troops from the other countries remain in Iraq?",
        ),
        (TROOPS, "What about the coalition?", "How many coalition troops remain in Iraq?"),
        ("Who is John Kirby?", "And Hazhar Ismail?", "Who is Hazhar Ismail?"),
        (
            "When did the combat mission end?",
            "What about the training mission?",
            "When did the training mission end?",
        ),
        (TROOPS, "And in 2011?", "How many US troops remain in Iraq in 2011?"),
        ("Who is the prime minister of Norway?", "And of Sweden?", "Who is the prime minister of Sweden?"),
        ("Who is the prime minister of Norway?", "And Sweden?", "Who is the prime minister of Sweden?"),
        ("Who is the prime minister of Norway?", "And Sweden’s?", "Who is the prime minister of Sweden?"),
        (
            "Who is the prime minister of Norway?",
            "And the foreign minister?",
            "Who is the foreign minister of Norway?",
        ),
        ("Who is the prime minister of Norway?", "And Jonas Berg?", "Who is Jonas Berg?"),
        ("Who is Norway’s prime minister?", "And of Sweden?", "Who is the prime minister of Sweden?"),
        ("Who is Norway’s prime minister?", "And Sweden?", "Who is Sweden’s prime minister?"),
        ("Who is the Norwegian prime minister?", "And the king?", "Who is the Norwegian king?"),
        ("Who is president of the United States of America?", "And of Mexico?", "Who is president of Mexico?"),
        ("Who is the leader of the Labour Party?", "And the union?", "Who is the leader of the union?"),
        ("What did the mayor of Oslo say?", "And the union?", "What did the union say?"),
        ("What was the aim of the strike?", "And of the talks?", "What was the aim of the talks?"),
        ("How large is the army of Norway?", "And that of Sweden?", "How large is the army of Sweden?"),
    ],
)
def test_a_new_phrase_takes_the_old_ones_place(before: str, asked: str, meant: str) -> None:
    assert standalone(asked, after(before)) == meant


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        ("When did IS declare a caliphate?", "And when was it defeated?", "When was IS defeated?"),
        ("Tell me about the Joint Dialogue.", "What were its results?", "What were the Joint Dialogue’s results?"),
        ("Where are US troops stationed?", "What do they do?", "What do US troops do?"),
        ("Which ISIS affiliate could attack?", "And where is it based?", "Where is the ISIS affiliate based?"),
        ("What is a caliphate?", "Who leads it?", "Who leads the caliphate?"),
        ("Tell me about drones.", "How is it that they hit so little?", "How is it that drones hit so little?"),
        ("Tell me about the rockets.", "Was it them that hit the base?", "Was it the rockets that hit the base?"),
        ("Which talks took place in Baghdad?", "Who met there?", "Who met in Baghdad?"),
        ("Is the Newlines Institute in Washington?", "Is there anyone else in it?", None),
    ],
)
def test_a_pronoun_gives_way_to_what_it_stands_for(before: str, asked: str, meant: str | None) -> None:
    found = standalone(asked, after(before))
    assert found == meant or (meant is None and "Newlines Institute" in found)


def test_he_is_the_person_of_the_question_else_of_the_answer() -> None:
    assert (
        standalone("When did he speak?", [("Who is Nicholas Heras?", "An analyst.")])
        == "When did Nicholas Heras speak?"
    )
    asked = [("Who is the commander of the coalition?", BRENNAN)]
    assert standalone("What is his rank?", asked) == "What is John Brennan’s rank?"


def test_he_is_an_office_where_nobody_was_named() -> None:
    meant = "How old is the mayor of Oslo?"
    assert standalone("How old is she?", [("Who is the mayor of Oslo?", "")]) == meant


def test_he_is_whom_the_answer_describes_in_the_questions_words() -> None:
    reply = "President Joe Biden welcomed Iraqi Prime Minister Mustafa al-Kadhemi in July. [1]"
    asked = [("Who is the Iraqi Prime Minister?", reply)]
    assert standalone("Where does he live?", asked) == "Where does Mustafa al-Kadhemi live?"


def test_the_one_asked_for_goes_before_the_one_who_was_named() -> None:
    asked = [("Who welcomed Mustafa al-Kadhemi?", "President Joe Biden did. [1]")]
    assert standalone("What did he announce?", asked) == "What did Joe Biden announce?"


def test_they_are_those_whom_a_question_asked_for() -> None:
    asked = [("Who made threats on social media?", "Parties affiliated to pro-Iranian elements. [1]")]
    assert standalone("What do they want?", asked) == "What do those who made threats on social media want?"


@pytest.mark.parametrize(
    ("before", "reply", "asked", "meant"),
    [
        ("Did the US end its combat mission?", "It did.", "Why?", "Why did the US end its combat mission?"),
        (
            "Did the US end its combat mission?",
            "It did.",
            "When was that?",
            "When did the US end its combat mission?",
        ),
        ("Why did the US send troops?", "IS came.", "When?", "When did the US send troops?"),
        (TROOPS, REMAINING, "Why?", "Why is it that US troops remain in Iraq?"),
        ("How many US troops are in Iraq?", REMAINING, "Why?", "Why are US troops in Iraq?"),
        ("What is the Joint Dialogue?", "Talks.", "When was that?", "When was the Joint Dialogue?"),
        (
            "Is the war over?",
            "“Daesh is down, but not out.” [1]",
            "Who said that?",
            "Who said “Daesh is down, but not out”?",
        ),
        (
            "Is the war over?",
            "The war is not over, he added. [1]",
            "Who says so?",
            "Who said that the war is not over?",
        ),
        ("Who leads IS?", "", "Who said that?", "Who said that (leads)?"),
        ("Tell me about the drones.", "Dozens flew.", "Tell me more.", "What else is said about the drones?"),
    ],
)
def test_a_bare_question_word_asks_the_last_question_or_answer_again(
    before: str, reply: str, asked: str, meant: str
) -> None:
    assert standalone(asked, [(before, reply)]) == meant


@pytest.mark.parametrize(
    ("before", "asked", "meant"),
    [
        ("Tell me about the combat mission.", "What was the cost?", "What was the cost of the combat mission?"),
        (
            "Tell me about the combat mission.",
            "What were the main goals?",
            "What were the main goals of the combat mission?",
        ),
        ("What is the Joint Dialogue?", "Who won?", "Who won (the Joint Dialogue)?"),
        (
            "What is the Joint Dialogue?",
            "What are the most important ones?",
            "What are the most important Joint Dialogues?",
        ),
    ],
)
def test_what_a_question_lacks_is_put_in(before: str, asked: str, meant: str) -> None:
    assert standalone(asked, after(before)) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "How many US troops remain in Iraq?",
        "Who is the Pentagon spokesman?",
        "What is a caliphate?",
        "Tell me about drone attacks.",
        "What is the definition of a caliphate?",
        "What did John Kirby say about the posture of the troops?",
        "How many rockets hit American bases in recent months?",
        "When Joe Biden met the prime minister, what did he promise?",
        "If the mission ends, will it be replaced?",
        "Is it true that ISIS-K could attack within a year?",
        "Which countries were in the coalition that defeated ISIS?",
        "Is the U.S. leaving, and why is it leaving?",
    ],
)
def test_a_new_question_stays_as_it_was_asked(asked: str) -> None:
    assert standalone(asked, after("Who is the mayor of Oslo?", "How old is Kari Nordmann?")) == asked
    assert standalone(asked, []) == asked


def test_names_of_an_earlier_subject_are_not_carried_into_a_new_one() -> None:
    conversation = after("Who is the mayor of Oslo?", TROOPS, "Who is Nicholas Heras?")
    for asked in ("Where does he work?", "What does he say about it?"):
        found = standalone(asked, conversation)
        assert "Nicholas Heras" in found
        assert "Oslo" not in found


def test_a_person_is_not_put_behind_a_question_about_something_else() -> None:
    assert standalone("When did the talks end?", after("Who is John Kirby?")) == "When did the talks end?"


def test_the_subject_is_carried_over_many_turns() -> None:
    turns = ["When did IS declare a caliphate?", *["How many soldiers did it have?", "Where did it fight?"] * 4]
    assert standalone("And how many people did it terrorize?", after(*turns)) == "How many people did IS terrorize?"


def test_the_focus_moves_to_what_is_named_and_comes_back() -> None:
    conversation = after("What is the Joint Dialogue?", "When did it begin?", "What is ISIS-K?")
    assert standalone("Where is it based?", conversation) == "Where is ISIS-K based?"
    back = [*conversation, ("And the Joint Dialogue?", "")]
    assert standalone("Where was it held?", back) == "Where was the Joint Dialogue held?"


def test_two_things_are_compared_under_one_they() -> None:
    conversation = after("What is the Combat Mission?", "What is a coalition?")
    meant = "How do the Combat Mission and the coalition differ?"
    assert standalone("How do they differ?", conversation) == meant


def test_an_answer_and_its_text_say_the_same(assistant: Assistant) -> None:
    first = assistant.ask(TROOPS)
    for asked in ("And in Syria?", "Who said that?", "Why?", "What do they do?"):
        assert standalone(asked, [(TROOPS, first)]) == standalone(asked, [(TROOPS, first.text)])


def test_nothing_is_taken_from_a_refusal() -> None:
    refusal = Answer(TROOPS, TROOPS, "The articles do not answer this question, said John Smith.", abstained=True)
    assert said(refusal) == ""
    assert standalone("What did he say?", [(TROOPS, refusal)]) == "What did he say (US troops)?"


def test_a_completed_follow_up_is_shown_and_answered_like_any_question(assistant: Assistant) -> None:
    found = assistant.ask("How many soldiers was it made up of?", [("What is ISIS?", "A group.")])
    assert found.understood_as == "How many soldiers was ISIS made up of?"
    assert "40,000" in found.text


def test_an_endless_conversation_counts_by_its_last_turns() -> None:
    turns = after(*[f"What is the Programme {number}?" for number in range(3000)])
    assert standalone("When did it begin?", turns) == "When did the Programme 2999 begin?"
    assert standalone("When did it begin?", turns[-TURNS:]) == "When did the Programme 2999 begin?"


@pytest.mark.parametrize(
    "asked", ["it", "?", "why", "And", "…", "its", "the the the", "’s", "“", "it" * 900, "they " * 380]
)
@pytest.mark.parametrize(
    "before", ["", "?", "the", "x" * 5000, "Who?", "In Iraq", "A of B of C and D", "it's IT", "\u2028\ud83d"]
)
def test_strange_input_breaks_nothing(asked: str, before: str) -> None:
    assert len(standalone(asked, [(before, before), (TROOPS, REMAINING), (before, before)])) <= LONGEST


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=200)), max_size=5), st.text(max_size=120))
@settings(max_examples=120, deadline=None)
def test_any_text_after_any_conversation_is_completed_to_some_text(
    history: list[tuple[str, str]], asked: str
) -> None:
    found = standalone(asked, history)
    assert len(found) <= LONGEST
    assert found == standalone(asked, history)


NAMES = ("Hazhar Ismail", "Baghdad", "the Newlines Institute", "ISIS-K", "Mustafa al-Kadhimi")
WORDS = ("rockets", "elections", "weapons", "budget", "deadline", "bridge", "exports")


@given(
    st.lists(
        st.sampled_from((TROOPS, "Who is John Kirby?", "What is the Joint Dialogue?", "Why?", "And in Syria?")),
        max_size=4,
    ),
    st.sampled_from(
        ("How many {} did {} count?", "When did {1} discuss the {0}?", "Which {} does {} want?", "Why are {} in {}?")
    ),
    st.sampled_from(WORDS),
    st.sampled_from(NAMES),
)
@settings(max_examples=150, deadline=None)
def test_a_question_with_its_own_words_and_names_is_never_changed(
    before: list[str], form: str, word: str, name: str
) -> None:
    asked = form.format(word, name)
    assert standalone(asked, after(*before)) == asked


@given(st.text(alphabet="abc IS’'the of and.,?", max_size=200))
@settings(max_examples=150, deadline=None)
def test_phrases_stand_where_they_say(text: str) -> None:
    for phrase in phrases(text):
        assert text[phrase.start : phrase.end] == phrase.text
        assert phrase.words


def test_a_memory_does_not_grow_without_end() -> None:
    memory = Memory()
    for number in range(200):
        memory = memory.after(f"What did Person Number{number} say in Town{number}?", f"Said Man Named{number}. [1]")
    assert len(memory.mentions) <= 40
    assert len(memory.people) <= 40


def test_the_measure_counts_what_a_person_added() -> None:
    turn = Turn(1, "What are its symptoms?", "What are the symptoms of flu?", ("What is flu?",))
    cases = [
        Judged(turn, frozenset({"flu"}), frozenset({"flu", "cold"}), 1.0, None),
        Judged(turn, frozenset({"flu"}), frozenset(), 1.0, None),
    ]
    assert (recall(cases), precision(cases), f1(cases)) == (0.5, 0.5, 0.5)
    assert judged([turn], 0, None, None, None, None) is None  # type: ignore[arg-type]


def test_a_question_that_needs_no_topic_is_answered_as_it_was_asked(assistant: Assistant) -> None:
    before = assistant.ask("Who attended the meeting in Baghdad?")
    asked = "When did the coalition stop fighting?"
    second = assistant.ask(asked, [(before.question, before)])
    assert second.understood_as == asked
    assert "2020" in first(second)
    third = assistant.ask("Why?", [(before.question, before), (asked, second)])
    assert third.understood_as == "Why did the coalition stop fighting?"


def test_to_take_part_is_no_part_of_what_was_spoken_of() -> None:
    history = [("Was the Islamic State defeated?", "The Islamic State was defeated in Iraq in 2017. [1]")]
    question = "Which countries took part in the coalition?"
    assert standalone(question, history) == question
    assert standalone("What are the main parts?", history) != "What are the main parts?"
