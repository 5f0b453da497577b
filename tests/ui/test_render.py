"""What is rendered stands in golden files; `UPDATE_GOLDEN=1 pytest tests/ui` writes them anew."""

from __future__ import annotations

import io
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import made_answers as answers
import pytest
from rich.console import Console

from rag.types import Answer
from ui import render, terminal

GOLDEN = Path(__file__).with_name("golden")
CASES = {
    "answer": answers.ANSWER,
    "follow_up": answers.FOLLOW_UP,
    "refusal": answers.REFUSAL,
    "attack": answers.ATTACK,
}


def on_page(answer: Answer) -> str:
    return render.turn(answer.question, render.reply(answer, lambda path: answers.TEXTS[path], "turn-1"), "turn-1")


def on_terminal(answer: Answer, *, width: int = 72, tty: bool = True) -> str:
    out = Console(
        file=io.StringIO(), force_terminal=tty, width=width, markup=False, highlight=False, emoji=False, no_color=True
    )
    terminal.print_answer(answer, out)
    assert isinstance(out.file, io.StringIO)
    return re.sub(r"\x1b\[[\d;]*m", "", out.file.getvalue())


def check(name: str, shown: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def tags(html: str) -> list[tuple[str, dict[str, str | None]]]:
    found: list[tuple[str, dict[str, str | None]]] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(html)
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_page_shows_it_as_the_golden_file_does(name: str) -> None:
    check(f"{name}.html", on_page(CASES[name]).replace("><", ">\n<") + "\n")


@pytest.mark.parametrize("name", CASES)
def test_the_terminal_shows_it_as_the_golden_file_does(name: str) -> None:
    check(f"{name}.txt", on_terminal(CASES[name]))


def test_into_a_file_lines_are_not_wrapped_and_have_no_escapes() -> None:
    shown = on_terminal(answers.ANSWER, tty=False)
    assert shown.splitlines()[0] == answers.ANSWER.text
    assert "\x1b" not in shown


def test_the_cited_words_are_marked_in_their_paragraph_alone() -> None:
    before, quote, after = render.paragraph(answers.GAZETTE, answers.PAPER)
    assert (before, quote, after) == (
        "The harbour was quiet on Tuesday. ",
        answers.PAPER.quote,
        " Ferries may sail again on Friday.",
    )
    before, _, after = render.paragraph(answers.HARBOUR, answers.UNION)
    assert before == ""
    assert after == ", who speaks for the union."


def test_a_long_paragraph_is_cut_at_words_on_both_sides() -> None:
    words = "word " * 500
    text = f"{words}THE QUOTE {words}"
    citation = answers.Citation(1, "a", "a", None, None, "THE QUOTE", len(words), len(words) + 9, 1)
    before, quote, after = render.paragraph(text, citation)
    assert before.startswith("… word")
    assert after.endswith("word …")
    assert len(before + quote + after) < 3 * render.CONTEXT


def test_a_quote_that_its_file_no_longer_holds_stands_without_a_paragraph() -> None:
    assert render.paragraph("another text altogether", answers.PAPER) == ("", answers.PAPER.quote, "")


def test_a_marker_leads_to_the_card_of_its_source() -> None:
    found = tags(on_page(answers.ANSWER))
    links = [attributes["href"] for tag, attributes in found if tag == "a"]
    cards = {f"#{attributes['id']}" for tag, attributes in found if attributes.get("class") == "source"}
    assert len(links) == 3
    assert set(links) == cards


def test_a_refusal_has_no_sources_and_offers_the_nearest_titles() -> None:
    shown = on_page(answers.REFUSAL)
    assert not [tag for tag, attributes in tags(shown) if tag in ("mark", "a") or attributes.get("class") == "source"]
    assert all(title in shown for title in answers.REFUSAL.nearest)


@pytest.mark.parametrize("case", [answers.ATTACK.question, "<script>", "a" * 100_000])
def test_a_question_is_shown_as_text_and_not_at_any_length(case: str) -> None:
    shown = render.turn(case, render.problem(case[:50]), "turn-1")
    assert {tag for tag, _ in tags(shown)} == {"section", "h2", "div", "p", "b"}
    assert len(shown) < 1000


def test_nothing_of_an_article_becomes_markup() -> None:
    found = tags(on_page(answers.ATTACK))
    assert {tag for tag, _ in found}.isdisjoint({"script", "img", "i", "iframe", "style"})
    assert not [attributes for _, attributes in found if any(name.startswith("on") for name in attributes)]
    assert {attributes.get("href") for tag, attributes in found if tag == "a"} == {"#turn-1-1"}


def test_a_file_name_of_the_folder_becomes_no_markup_in_the_masthead() -> None:
    found = tags(render.masthead("<i>", 1, [("<script>.txt", "<img src=x>")]))
    assert {tag for tag, _ in found} == {"header", "h1", "p", "span", "details", "summary", "ul", "li", "b"}


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\u202e", "\x00"])
def test_no_control_character_of_an_article_reaches_the_terminal(character: str) -> None:
    assert character in answers.HOSTILE + "\x00"
    assert character not in on_terminal(answers.ATTACK)
    assert character not in terminal.printable_json(answers.ATTACK.to_dict())


def test_json_on_the_terminal_reads_back_to_the_same_answer() -> None:
    for answer in CASES.values():
        assert Answer.from_dict(json.loads(terminal.printable_json(answer.to_dict()))) == answer


def test_markup_of_an_article_is_printed_and_not_obeyed() -> None:
    assert "[red]markup[/red]" in on_terminal(answers.ATTACK, width=4000)


def test_dates_read_as_a_newspaper_prints_them() -> None:
    assert render.written_date("2021-12-09") == "9 December 2021"
    assert render.written_date("December") == "December"
    assert render.written_date(None) is None


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("tty", "seconds", "shown"), [(True, 0.5, False), (True, 1.5, True), (False, 9, False)])
def test_a_progress_bar_shows_after_a_second_and_only_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, tty: bool, seconds: float, shown: bool
) -> None:
    clock = Clock()
    monkeypatch.setattr(terminal, "monotonic", clock)
    err = Console(file=io.StringIO(), force_terminal=tty, width=80)
    with terminal.SlowProgress(err) as progress:
        progress(0, 9, "a.txt")
        clock.now += seconds
        progress(4, 9, "b\x1b[31m.txt")
    assert isinstance(err.file, io.StringIO)
    assert ("4/9" in err.file.getvalue()) == shown


def test_why_a_file_was_skipped_does_not_repeat_its_name() -> None:
    assert render.why_skipped("a.txt", "a.txt is empty: fill it or remove it.") == "is empty: fill it or remove it."
    assert render.why_skipped("a.txt", "permission denied") == "permission denied"
