"""The facade, on the real articles and on folders made for it."""

from __future__ import annotations

import json
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from made_folders import BRIDGE, QUESTIONS, SEEDS, THREE, configured, opened, write

import index.store
from index.errors import MassDeletionError, OutdatedError, SettingsError, StorageError
from rag import Answer, Assistant, answer
from rag.question.query import analyse

TROOPS = "How many US troops remain in Iraq?"
ASKED = (
    TROOPS,
    "Who is Iraq's national security adviser?",
    "When did the talks end?",
    "What did John Kirby say?",
    "Which groups attack the coalition?",
    "What is the recipe for sourdough bread?",
    "How tall is the Eiffel Tower?",
)


def words_of(found: Answer) -> int:
    return sum(len(claim.text.split()) for claim in found.claims)


def test_the_first_sentence_answers_and_its_sources_say_so(assistant: Assistant) -> None:
    found = assistant.ask(TROOPS)
    assert "2,500" in found.claims[0].text
    assert found.text.startswith(f"{found.claims[0].text} [1]")
    behind = [citation for citation in found.citations if citation.number in found.claims[0].citations]
    assert len({citation.path for citation in behind}) >= 2
    for citation in behind:
        assert "2,500" in citation.quote


def test_a_refusal_says_why_and_offers_the_nearest_titles(assistant: Assistant) -> None:
    found = assistant.ask("What is the recipe for sourdough bread?")
    assert found.abstained
    assert found.refusal
    assert 1 <= len(found.nearest) <= 3
    assert set(found.nearest) <= {article.title for article in assistant.articles()}
    assert (found.claims, found.citations) == ((), ())
    assert found.passages


@pytest.mark.parametrize("question", ASKED)
def test_an_answer_comes_back_from_json_as_it_was(assistant: Assistant, question: str) -> None:
    found = assistant.ask(question)
    assert Answer.from_dict(json.loads(json.dumps(found.to_dict()))) == found


def test_a_dict_that_is_no_answer_is_a_type_error(assistant: Assistant) -> None:
    data = assistant.ask(TROOPS).to_dict()
    with pytest.raises(TypeError):
        Answer.from_dict({**data, "colour": "red"})
    del data["question"]
    with pytest.raises(TypeError):
        Answer.from_dict(data)


def test_passages_come_best_first_with_scores_in_their_ranges(assistant: Assistant) -> None:
    for question in ASKED:
        passages = assistant.ask(question).passages
        assert passages
        scores = [passage.score for passage in passages]
        assert scores == sorted(scores, reverse=True)
        for passage in passages:
            assert 0 <= passage.lexical <= 1
            assert 0 <= passage.article <= 1
            assert -1 <= passage.dense <= 1
            assert passage.score == pytest.approx(
                0.3 * passage.lexical + 0.2 * passage.article + 0.5 * passage.dense, abs=1e-6
            )
            assert 0 <= passage.start < passage.end
    assert max(passage.lexical for passage in assistant.ask(TROOPS).passages) == 1


@pytest.mark.parametrize("question", ASKED)
def test_answers_keep_to_the_words_they_are_given(assistant: Assistant, question: str) -> None:
    assert words_of(assistant.ask(question)) <= 80
    for words in (20, 5, 1):
        short = assistant.ask(question, words=words)
        assert words_of(short) <= words
        assert short.abstained == assistant.ask(question).abstained
        for citation in short.citations:
            article = assistant.article(citation.path)
            assert article is not None
            assert article.text[citation.start : citation.end] == citation.quote


def test_eight_threads_get_the_answers_that_one_gets(tmp_path: Path, assistant: Assistant) -> None:
    questions = ASKED[:4]
    wanted = [assistant.ask(question) for question in questions]
    with opened(SEEDS, tmp_path / "index") as made:
        made.sync()
    together = threading.Barrier(8)
    with opened(SEEDS, tmp_path / "index", sync=False) as shared, ThreadPoolExecutor(8) as threads:

        def ask(number: int) -> list[Answer]:
            together.wait()  # all of them find the index unopened
            order = range(len(questions))
            found = {n: shared.ask(questions[n]) for n in (*order[number % 4 :], *order[: number % 4])}
            return [found[n] for n in order]

        assert list(threads.map(ask, range(8))) == [wanted] * 8


def test_answers_stay_true_to_their_files_while_another_thread_follows_edits(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index", bar=0.0) as shared, ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(lambda: [shared.ask(QUESTIONS[0]) for _ in range(30)]) for _ in range(2)]
        texts = {BRIDGE}
        for number in range(12):
            texts.add(BRIDGE.replace("A bridge in Oslo", f"{'Big ' * number}Bridge {number}"))
            write(small, {"bridge.txt": sorted(texts)[number % len(texts)]})
            shared.sync()
        quotes = [(citation.start, citation.quote) for asked in asking for found in asked.result()
                  for citation in found.citations if citation.path == "bridge.txt"]  # fmt: skip
    assert quotes
    for start, quote in quotes:
        assert any(text[start : start + len(quote)] == quote for text in texts)


def test_history_takes_answers_and_plain_text(assistant: Assistant) -> None:
    first = assistant.ask(TROOPS)
    follow_up = "And how many from the other countries?"
    as_answer = assistant.ask(follow_up, [(TROOPS, first)])
    as_text = assistant.ask(follow_up, ((TROOPS, first.text),))
    assert as_answer == as_text
    assert as_answer.question == follow_up
    assert as_answer.understood_as != follow_up
    assert assistant.ask(follow_up).understood_as == follow_up


def test_a_question_that_stands_alone_is_understood_as_it_is(assistant: Assistant) -> None:
    history = [("Who is the mayor of Oslo?", "Kari Nordmann.")]
    assert assistant.ask(TROOPS, history) == assistant.ask(TROOPS)


def test_examples_are_questions_that_get_an_answer(assistant: Assistant) -> None:
    examples = assistant.examples(4)
    assert 1 <= len(examples) <= 4
    assert examples == assistant.examples(4)
    assert not any(assistant.ask(question).abstained for question in examples)
    assert assistant.examples(0) == []


def test_the_bar_decides_between_an_answer_and_a_refusal(assistant: Assistant, tmp_path: Path) -> None:
    index = assistant.settings.index_folder
    sure = assistant.ask(TROOPS).confidence
    with (
        opened(SEEDS, index, sync=False, bar=0.0) as open_to_all,
        opened(SEEDS, index, sync=False, bar=1.0) as strict,
    ):
        assert not open_to_all.ask("How tall is the Eiffel Tower?").abstained
        assert strict.ask(TROOPS).abstained == (sure < 1)


def test_without_sync_the_index_is_as_it_was_until_it_is_asked_for(small: Path, tmp_path: Path) -> None:
    opened(small, tmp_path / "index").close()
    write(small, {"new.txt": "A town hall burns\n\nThe town hall burned on Monday."})
    with opened(small, tmp_path / "index", sync=False) as later:
        assert later.last_report is None
        assert len(later.articles()) == 3
        assert later.sync().added == 1
        assert len(later.articles()) == 4


def test_an_assistant_closes_with_its_context_and_says_so_afterwards(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index") as made:
        assert made.ask(QUESTIONS[0]).citations
    with pytest.raises(StorageError, match="closed"):
        made.ask(QUESTIONS[0])
    made.close()


def test_answer_takes_a_folder_then_the_variable_then_the_seeds(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, assistant: Assistant
) -> None:
    monkeypatch.delenv("BYLINE_ARTICLES", raising=False)
    monkeypatch.setenv("BYLINE_BOLD", "0")
    monkeypatch.setenv("BYLINE_INDEX", str(assistant.settings.index_folder))
    assert answer(TROOPS) == assistant.ask(TROOPS)
    monkeypatch.setenv("BYLINE_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("BYLINE_ARTICLES", str(small))
    monkeypatch.setenv("BYLINE_BAR", "0")
    assert answer(QUESTIONS[0]).citations[0].path == "bridge.txt"
    other = write(tmp_path / "other", {"only.txt": THREE["news/museum.txt"]})
    with pytest.raises(MassDeletionError, match=r"is that of .*articles, not of .*other: name another"):
        answer(QUESTIONS[2], other)
    monkeypatch.setenv("BYLINE_INDEX", str(tmp_path / "another index"))
    assert answer(QUESTIONS[2], other).citations[0].path == "only.txt"
    assert answer(QUESTIONS[2], str(other)) == answer(QUESTIONS[2], other)


def test_arguments_are_settings_and_others_are_errors(small: Path, tmp_path: Path) -> None:
    with Assistant(small, settings=configured(SEEDS, tmp_path / "index"), words=9) as made:
        assert (made.settings.folder, made.settings.words) == (small, 9)
    with pytest.raises(SettingsError, match="unknown setting colour"):
        Assistant(small, colour="red")


def test_an_index_of_another_version_is_made_anew_by_a_sync_and_only_by_one(small: Path, tmp_path: Path) -> None:
    Assistant(small, index=tmp_path / "index").close()
    with sqlite3.connect(tmp_path / "index" / "catalog.sqlite") as catalog:
        catalog.execute("UPDATE meta SET value = 'older' WHERE key = 'schema'")
    with pytest.raises(OutdatedError, match="--rebuild"):
        Assistant(small, index=tmp_path / "index", sync=False)
    with Assistant(small, index=tmp_path / "index") as assistant:
        assert assistant.last_report is not None
        assert assistant.last_report.added == assistant.status().articles > 0


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Which bridge did the council open?", True),
        ("Which bridge did the council not open?", False),
        ("Which bridge didn't the council open?", False),
        ("Which bridge did the council close not long ago?", True),
    ],
)
def test_a_question_that_denies_is_not_answered_by_a_sentence_that_does_not(
    question: str, plain: bool, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "articles",
        {
            "a.txt": "Bridge\n\nThe council opened the Eider bridge on Monday.\n",
            "b.txt": "Works\n\nThe council closed the Alster bridge for repairs.\n",
        },
    )
    with opened(folder, tmp_path / "index") as two:
        found = two.ask(question)
    assert found.state != "not found" if plain else found.abstained


def test_a_part_of_a_place_that_no_article_speaks_of_is_another_place(assistant: Assistant) -> None:
    assert assistant.ask("How many rockets were fired at Baghdad airport?").abstained


def test_the_noun_of_an_idiom_need_not_be_said() -> None:
    asked = "How many soldiers do the other allied nations have on the ground?"
    assert analyse(asked).required == analyse(asked.replace(" on the ground", "")).required


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("What share of GDP moves by ferry?", "6%"),
        ("How old is Prince Olav?", "36"),
        ("Where is the pier?", "Ness Point"),
        ("Who was the first woman at its helm?", "Nicole Bell"),
    ],
)
def test_what_counts_and_what_only_looks_like_it(tmp_path: Path, question: str, short: str) -> None:
    text = (
        "# The ferry Etna\n\nIn recent weeks the newspaper Bugle cut 200 employees, and others need $10 million. One "
        "of the ferry's four RS-25 engines, identified as engine #3, stopped. Sellers at Etna sold 23% more, and "
        "Etna has 5.3 million sellers. Some 6% of the nation’s gross domestic product moves by ferry every "
        "year. Olav, 36 and on board, saw the pier on Ness Point, according "
        "to Coast Guard News. The ferry sails for 42 days before it arrives on October 10. Captain Nicole Bell spoke "
        "on Monday. She was the first woman at its helm.\n"
    )
    with opened(write(tmp_path / "articles", {"etna.md": text}), tmp_path / "index", bar=0.0) as telling:
        assert telling.ask(question).short == short


def test_what_somebody_said_is_not_followed_by_what_others_said(telling: Assistant) -> None:
    brennan, kirby = telling.ask("What did John Brennan say?"), telling.ask("What did John Kirby say?")
    assert len(brennan.claims) > 1
    assert all("Brennan" in claim.text for claim in brennan.claims)
    assert all("Kirby" in claim.text for claim in kirby.claims)
    assert len(telling.ask("What did Nicholas Heras say?").claims) == 1


def test_what_a_filter_leaves_is_judged_as_a_folder_of_that_alone(tmp_path: Path, assistant: Assistant) -> None:
    kept = ["000_e0306189c915787d.txt", "002_a5921d1edb7cd594.txt"]
    folder = write(tmp_path / "two", {name: (SEEDS / name).read_text(encoding="utf-8") for name in kept})
    with opened(folder, tmp_path / "index") as two:
        for question in ASKED:
            within, alone = assistant.ask(question, path=kept), two.ask(question)
            assert within.confidence == pytest.approx(alone.confidence, abs=0.02), question  # all articles vote


def test_the_model_is_loaded_by_the_first_question(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Assistant(small, index=tmp_path / "index").close()
    loaded: list[str] = []
    load = index.store.load_encoder
    monkeypatch.setattr(index.store, "load_encoder", lambda model: (loaded.append(model), load(model))[1])
    with Assistant(small, index=tmp_path / "index", sync=False) as assistant:
        assert not loaded
        assistant.ask("Who came?")
        assert len(loaded) == 1


def test_who_asks_of_an_earlier_moment_spoils_nothing_for_the_others(tmp_path: Path) -> None:
    """Two ask at once, and in between an article goes and another comes."""
    folder = write(tmp_path / "articles", THREE)
    zoo = "A zoo in Bergen\n\nThe zoo in Bergen has 14 lions. The ferry to Bergen brought the first of them in 1998."
    asked = (*QUESTIONS, "How many lions does the zoo in Bergen have?")
    with opened(folder, tmp_path / "index", bar=0.25) as assistant:
        assistant.ask(QUESTIONS[0])

        def change_and_ask() -> None:
            (folder / "bridge.txt").unlink()
            write(folder, {"zoo.txt": zoo})
            assistant.sync()
            for question in asked:
                assistant.ask(question)

        with assistant.catalog.moment():
            other = threading.Thread(target=change_and_ask)
            other.start()
            other.join()
            assert assistant.ask(QUESTIONS[0]).abstained  # its file is gone by now
            assert [assistant.ask(question).abstained for question in asked[1:3]] == [False, False]
        found = [assistant.ask(question) for question in asked]
    with opened(folder, tmp_path / "anew", bar=0.25) as fresh:
        assert found == [fresh.ask(question) for question in asked]
    assert [one.abstained for one in found] == [True, False, False, False]
