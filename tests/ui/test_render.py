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
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rag.types import Answer, Citation, Claim
from ui import pieces, render, terminal
from ui.page import answers as on
from ui.page import export, frame, turns

GOLDEN = Path(__file__).with_name("golden")
CASES = {
    "answer": answers.ANSWER,
    "follow_up": answers.FOLLOW_UP,
    "refusal": answers.REFUSAL,
    "likely": answers.LIKELY,
    "differing": answers.DIFFERING,
    "attack": answers.ATTACK,
}


def on_page(answer: Answer) -> str:
    quoted = on.paragraphs([answer], lambda path: answers.TEXTS[path])
    return turns.turn(answer.question, on.reply(answer, quoted, "turn-1"), "turn-1")


def whole_turn(answer: Answer) -> str:
    return turns.answered(answer.question, answer, on_page(answer), "turn-1", "a-1")


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


@pytest.mark.parametrize("name", CASES)
def test_an_answer_is_taken_along_as_the_golden_file_has_it(name: str) -> None:
    check(f"{name}.md", export.markdown(CASES[name].question, CASES[name]))
    check(f"{name}.plain.txt", export.plain(CASES[name].question, CASES[name]))


MARKUP = st.text("\\`*_{}[]<>#|~$&@!+-1.) a:/w\n", max_size=40)


@given(MARKUP)
def test_markdown_shows_every_character_of_an_article_and_obeys_none(text: str) -> None:
    shown = export.escaped(text)
    assert re.sub(r"\\(.)", r"\1", shown) == render.one_line(text)
    bare = re.sub(r"\\.", "¤", shown)
    assert not re.search(r"[`*_{}\[\]<>#|~$&@!]|://|^[-+]\s|^\d+[.)]\s|www\.", bare)


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
    citation = Citation(1, "a", "a", None, None, "THE QUOTE", len(words), len(words) + 9, 1)
    before, quote, after = render.paragraph(text, citation)
    assert before.startswith("… word")
    assert after.endswith("word …")
    assert len(before + quote + after) < 3 * render.CONTEXT


def test_a_quote_that_its_file_no_longer_holds_stands_without_a_paragraph() -> None:
    assert render.paragraph("another text altogether", answers.PAPER) == ("", answers.PAPER.quote, "")


def test_a_marker_names_the_place_of_its_words() -> None:
    found = tags(on_page(answers.ANSWER))
    links = [attributes for tag, attributes in found if tag == "a" and attributes.get("class") == "marker"]
    cards = {f"#{attributes['id']}" for tag, attributes in found if attributes.get("class") == "source"}
    assert len(links) == 3
    assert {link["href"] for link in links} == cards
    places = [(link["data-article"], int(link["data-start"] or ""), int(link["data-end"] or "")) for link in links]
    assert places == [(one.path, one.start, one.end) for one in answers.ANSWER.citations]


def test_the_words_that_answer_are_bold_and_a_name_put_in_is_lighter_but_no_bracket_of_the_articles_own() -> None:
    lead = on_page(answers.DIFFERING).partition('<p class="lead"')[2].partition("</p>")[0]
    assert (
        '<span class="put-in">[Mette Lind]</span> said [sic] that <strong>140 crew members</strong> stopped' in lead
    )


def test_bold_on_a_terminal_are_the_words_that_answer() -> None:
    marked = terminal._marked(answers.DIFFERING)
    styled = {str(span.style): marked.plain[span.start : span.end] for span in marked.spans}
    assert styled == {"bold": "140 crew members", "dim": "[Mette Lind]"}
    assert marked.plain == answers.DIFFERING.text


BRACKETS = st.text("a[] <&\r\n\u202e", max_size=30)


@given(BRACKETS, BRACKETS, st.integers(0, 30), st.integers(0, 30))
def test_a_claim_in_pieces_is_the_claim(text: str, quote: str, one: int, other: int) -> None:
    short = (min(one, other), max(one, other)) if max(one, other) <= len(text) else None
    found = list(pieces.runs(Claim(text, (1,), short), [Citation(1, "a", "a", None, None, quote, 0, 1, 1)]))
    assert "".join(run.text for run in found) == text
    assert "".join(run.text for run in found if run.short) == (text[slice(*short)] if short else "")
    assert all(run.text for run in found)


def test_a_difference_and_a_missing_part_are_said_once() -> None:
    told = pieces.told(answers.DIFFERING)
    assert told.notes == (answers.DIFFERING.notes[0], answers.DIFFERING.notes[-1])
    assert [opening for opening, _ in told.differences] == [
        "Sources differ on the number of crew members",
        "Mette <Lind> is quoted in different words",
    ]
    for shown in (on_page(answers.DIFFERING), on_terminal(answers.DIFFERING)):
        assert shown.count("Sources differ") == 1
        assert shown.count("Not found:") == 1
        assert "Nothing answers" not in shown


def test_sources_stand_by_account_and_keep_their_numbers() -> None:
    shown = on_page(answers.DIFFERING).partition("sources-title")[2]
    order = [shown.index(of) for of in ("Account 1", 'id="turn-1-1"', 'id="turn-1-2"', "Account 2", 'id="turn-1-3"')]
    assert order == sorted(order)
    assert "Account" not in on_page(answers.ANSWER)
    assert "account" not in on_terminal(answers.ANSWER)


def test_a_refusal_has_no_sources_and_offers_the_nearest_titles() -> None:
    shown = on_page(answers.REFUSAL)
    assert not [tag for tag, attributes in tags(shown) if tag == "mark" or attributes.get("class") == "source"]
    assert all(title in shown for title in answers.REFUSAL.nearest)
    paths = [attributes["data-article"] for tag, attributes in tags(shown) if tag == "a"]
    assert paths == ["2024/harbour.txt", "gazette.md"]


def test_what_may_answer_is_no_answer_and_stands_between_its_neighbours() -> None:
    shown = on_page(answers.LIKELY)
    assert not [tag for tag, _ in tags(shown) if tag in ("strong", "mark")]
    assert (
        '<span class="around">The harbour was quiet on Tuesday. </span>About 140 people have stopped work.' in shown
    )
    link = next(attributes for tag, attributes in tags(shown) if tag == "a")
    one = answers.LIKELY.nearby[0]
    assert (link["data-article"], link["data-start"], link["data-end"]) == (one.path, str(one.start), str(one.end))
    assert one.quote in export.plain("", answers.LIKELY)
    for taken in (export.plain("", answers.LIKELY), on_terminal(answers.LIKELY)):
        assert one.place in taken


@pytest.mark.parametrize("case", [answers.ATTACK.question, "<script>", "a" * 100_000])
def test_a_question_is_shown_as_text_and_not_at_any_length(case: str) -> None:
    shown = turns.failed(case, case[:50], "turn-1")
    assert {tag for tag, _ in tags(shown)} == {"article", "h2", "div", "p", "b", "button"}
    assert len(shown) < 7_000


def test_nothing_of_an_article_becomes_markup() -> None:
    found = tags(on_page(answers.ATTACK))
    assert {tag for tag, _ in found}.isdisjoint({"script", "img", "i", "iframe", "style"})
    assert not [attributes for _, attributes in found if any(name.startswith("on") for name in attributes)]
    assert {attributes.get("href") for tag, attributes in found if tag == "a"} == {"#turn-1-1"}
    (carried,) = [
        attributes["data-answer"] for _, attributes in tags(whole_turn(answers.ATTACK)) if "data-answer" in attributes
    ]
    assert Answer.from_dict(json.loads(carried or "")) == answers.ATTACK


def test_a_file_name_of_the_folder_becomes_no_markup_in_the_masthead() -> None:
    found = tags(frame.masthead("<i>", 1, [("<script>.txt", "<img src=x>")]))
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
