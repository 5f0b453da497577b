"""Asking: examples, follow-ups, filters, stopping, asking again, and what is said when there is no answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stand_ins
from playwright.sync_api import Page, expect

from index.errors import BylineError
from index.settings import load
from rag import Assistant
from ui.screenshot import ask
from ui.server.opening import Opening

pytestmark = pytest.mark.slow

QUESTION = "How many US troops remain in Iraq?"
FOLLOW_UP = "And how many from the other countries?"

STALE = """() => {
  const turn = byline.make("article", { class: "turn", "data-asked": "another", "data-state": "done" });
  byline.arrived(byline.make("div", {}, turn));
}"""
"""The reply to a question that was stopped comes after all."""


@pytest.fixture(scope="module")
def made_up() -> stand_ins.MadeUp:
    return stand_ins.MadeUp()


@pytest.fixture(scope="module")
def made_up_address(made_up: stand_ins.MadeUp) -> Iterator[str]:
    with stand_ins.served(Opening.of(made_up)) as url:  # type: ignore[arg-type]
        yield url


def test_an_example_taken_from_the_articles_is_answered(page: Page, address: str, seeds: Assistant) -> None:
    page.goto(address)
    examples = page.locator("#examples .example")
    examples.first.wait_for()
    assert examples.all_inner_texts() == seeds.examples()
    examples.first.click()
    page.locator(".turn .lead").wait_for()
    assert page.locator(".turn h2").inner_text() == seeds.examples()[0]
    expect(page.locator("#examples")).to_be_hidden()
    expect(page.locator(".reply")).to_be_focused()


def test_a_follow_up_is_understood_and_earlier_turns_stay(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    ask(page, FOLLOW_UP)
    assert "Understood as" in page.locator("#turn-2 .understood").inner_text()
    assert page.locator(".turn").count() == 2
    ids = page.locator("#thread [id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_an_earlier_turn_is_left_alone_when_another_comes(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.locator("#turn-1").evaluate("turn => { window.kept = turn; turn.querySelector('details').open = true; }")
    ask(page, FOLLOW_UP)
    assert page.evaluate(
        "window.kept === document.querySelector('#turn-1') && window.kept.querySelector('details').open"
    )
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#turn-2 > h2")).to_be_in_viewport()


def test_a_question_asked_again_replaces_its_turn_and_all_after_it(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    ask(page, FOLLOW_UP)
    page.locator("#turn-1 [data-do=edit]").click()
    expect(page.locator("#question")).to_have_value(QUESTION)
    expect(page.locator("#editing")).to_contain_text("replaces this question and the one after it")
    page.locator("#question").fill("When did combat end?")
    page.locator("#question").press("Enter")
    page.locator("#turn-1 .difference").wait_for()
    assert page.locator(".turn").count() == 1
    expect(page.locator("#editing")).to_be_hidden()


def test_stopped_a_question_is_back_in_the_box_and_its_answer_never_comes(
    page: Page, made_up: stand_ins.MadeUp, made_up_address: str
) -> None:
    made_up.released.clear()
    page.goto(made_up_address)
    page.locator("#question").fill("Wait for it")
    page.locator("#question").press("Enter")
    page.get_by_text("Reading the articles").wait_for()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#question")).to_have_value("Wait for it")
    expect(page.locator(".turn")).to_have_count(0)
    made_up.released.set()
    ask(page, "Another question")
    assert page.locator(".turn h2").all_inner_texts() == ["Another question"]


def test_what_is_written_meanwhile_stays_and_a_second_question_has_to_wait(
    page: Page, made_up: stand_ins.MadeUp, made_up_address: str
) -> None:
    made_up.released.clear()
    page.goto(made_up_address)
    page.locator("#question").fill("Wait for this")
    page.locator("#question").press("Enter")
    page.locator("#question").fill("The next one")
    page.locator("#question").press("Enter")
    expect(page.locator("#notice")).to_contain_text("One question at a time")
    page.evaluate(STALE)
    expect(page.locator("#turn-1 .waiting")).to_be_visible()
    made_up.released.set()
    page.locator("#turn-1[data-state=done]").wait_for()
    expect(page.locator("#question")).to_have_value("The next one")


def test_a_slow_question_of_one_person_does_not_hold_up_another(
    page: Page, made_up: stand_ins.MadeUp, made_up_address: str
) -> None:
    made_up.released.clear()
    page.goto(made_up_address)
    page.locator("#question").fill("Wait long")
    page.locator("#question").press("Enter")
    other = page.context.new_page()
    other.goto(made_up_address)
    ask(other, "Quick")
    assert page.locator(".waiting").count() == 1
    made_up.released.set()
    page.locator("#turn-1[data-state=done]").wait_for()


def test_a_filter_holds_for_the_questions_asked_under_it(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("From").fill("2021-12-01")
    page.get_by_label("Outlet").select_option("Washington Newsday")
    expect(page.get_by_role("button", name="Filter (2)")).to_be_visible()
    ask(page, QUESTION)
    outlets = page.locator(".source .outlet").all_inner_texts()
    assert len(outlets) == page.locator(".source").count() > 0
    assert {outlet.removeprefix("The ") for outlet in outlets} == {"Washington Newsday"}
    assert "Only articles of" in page.locator(".note").last.inner_text()
    page.get_by_role("button", name="Clear").click()
    ask(page, QUESTION)
    assert page.locator("#turn-2 .source").count() > len(outlets)


def test_a_date_that_is_not_complete_is_asked_for_and_not_left_out(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Filter").click()
    page.get_by_label("From").press("1")
    page.locator("#question").fill(QUESTION)
    page.locator("#question").press("Enter")
    expect(page.locator("#notice")).to_contain_text("date of the filter is not complete")
    expect(page.get_by_label("From")).to_be_focused()
    assert page.locator(".turn").count() == 0


def test_two_windows_have_conversations_of_their_own(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(address)
    ask(other, FOLLOW_UP)
    assert other.locator(".turn").count() == 1
    assert other.locator(".understood").count() == 0


def test_a_question_that_is_too_long_gets_one_line_and_can_be_changed(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "why? " * 10_000)
    assert len(page.locator(".problem p").inner_text()) in range(10, 300)
    assert len(page.locator(".turn h2").inner_text()) < 500
    page.locator("#turn-1 [data-do=edit]").click()
    page.locator("#question").fill(QUESTION)
    page.locator("#question").press("Enter")
    page.locator("#turn-1 .lead").wait_for()


def test_a_mistake_of_the_programs_own_is_told_in_one_line_and_no_path_with_it(
    page: Page, made_up_address: str, capfd: pytest.CaptureFixture[str]
) -> None:
    page.goto(made_up_address)
    ask(page, "Break")
    assert "something went wrong" in page.locator("#turn-1 .problem").inner_text()
    ask(page, "Refuse")
    assert "nothing to ask" in page.locator("#turn-2 .problem").inner_text()
    assert "/srv" not in page.content()
    assert "own" in capfd.readouterr().err  # the terminal says what it was
    assert "a mistake of the program's own" not in page.locator("body").inner_text()


def test_a_lost_connection_is_told_and_leaves_no_one_waiting(page: Page) -> None:
    slow = stand_ins.MadeUp()
    with stand_ins.served(Opening.of(slow)) as url:  # type: ignore[arg-type]
        page.goto(url)
        page.locator("#question").fill("Wait in vain")
        page.locator("#question").press("Enter")
        page.get_by_text("Reading the articles").wait_for()
    expect(page.locator("#turn-1 .problem")).to_contain_text("connection to Byline was lost")
    slow.released.set()
    page.locator("#turn-1 [data-do=edit]").click()
    expect(page.locator("#question")).to_have_value("Wait in vain")


def test_while_byline_opens_one_can_write_and_the_question_is_answered_afterwards(
    page: Page, seeds_index: Path
) -> None:
    go = threading.Event()

    def opened(progress: object) -> Assistant:
        go.wait(30)
        return Assistant(settings=load(index=seeds_index), sync=False)

    opening = Opening(opened, load(index=seeds_index))
    opening.start()
    try:
        with stand_ins.served(opening) as url:
            page.goto(url)
            expect(page.locator(".masthead .doing")).to_contain_text("Opening the index")
            expect(page.locator("#examples .example")).to_have_count(0)
            page.locator("#question").fill(QUESTION)
            page.locator("#question").press("Enter")
            expect(page.locator("#turn-1 .waiting")).to_contain_text("Opening the index")
            page.locator("#question").fill("And then?")
            go.set()
            page.locator("#turn-1 .lead").wait_for()
            expect(page.locator("#question")).to_have_value("And then?")
            expect(page.locator(".masthead")).to_contain_text("5 articles in seeds")
    finally:
        go.set()


def test_a_folder_that_cannot_be_opened_is_said_in_the_head_and_in_the_turn(page: Page, seeds_index: Path) -> None:
    def fails(progress: object) -> Assistant:
        raise BylineError("no article in /srv/private/seeds is indexed: run byline index")

    opening = Opening(fails, load(index=seeds_index))
    opening.start()
    with stand_ins.served(opening) as url:
        page.goto(url)
        expect(page.locator(".masthead .unfollowed")).to_have_text("no article in seeds is indexed: run byline index")
        ask(page, QUESTION)
        expect(page.locator(".problem")).to_contain_text("no article in seeds is indexed")
