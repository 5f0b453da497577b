"""Conversations are kept by the browser alone: across a restart, listed, deleted, and taken along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from stand_ins import served

from rag import Answer, Assistant
from ui.screenshot import ask
from ui.server.gate import BODY
from ui.server.opening import Opening
from ui.server.port import bound

pytestmark = pytest.mark.slow

QUESTION = "How many US troops remain in Iraq?"
FOLLOW_UP = "And how many from the other countries?"
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('byline.conversation.')).length"
BLOCKED = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });"""
NO_CLIPBOARD = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async () => { throw new DOMException("denied", "NotAllowedError"); } } });"""
MADE = """count => {
  for (let n = 0; n < count; n += 1)
    byline.store.save({ id: `made-${n}`, created: "2021", updated: `2021-${String(n).padStart(4, "0")}`,
      turns: [{ question: `Question ${n}`, answer: {} }] });
}"""

LARGE = """given => given.map(([id, size]) => byline.store.save({ id, created: "2021", updated: id,
  turns: [{ question: id, answer: { text: "x".repeat(size) } }] })).at(-1)"""
FILLED = """() => {
  for (let size = 1 << 22; size; size >>= 1)
    try { for (let n = 0; ; n += 1) localStorage.setItem(`other-${size}-${n}`, "x".repeat(size)); } catch {}
}"""
DAMAGED = """() => {
  const turns = [{ question: "<img src=x onerror=alert(1)>", answer: { claims: "none" } }];
  localStorage.setItem("byline.conversation.a", "{");
  localStorage.setItem("byline.conversation.b", "[]");
  localStorage.setItem("byline.conversation.c", JSON.stringify({ id: "c", updated: "2021", created: "2021", turns }));
}"""


def _free() -> int:
    with bound("127.0.0.1", 0) as listening:
        return int(listening.getsockname()[1])


def test_a_conversation_outlives_the_server_and_goes_on(page: Page, seeds: Assistant) -> None:
    port = _free()
    with served(Opening.of(seeds), port) as url:
        page.goto(url)
        ask(page, QUESTION)
        before = page.locator("#turn-1 .reply").inner_text()
    with served(Opening.of(seeds), port) as url:
        page.reload()
        page.locator("#turn-1 .lead").wait_for()
        assert page.locator("#turn-1 .reply").inner_text() == before
        ask(page, FOLLOW_UP)
        assert "Understood as" in page.locator("#turn-2 .understood").inner_text()
        page.reload()
        page.locator("#turn-2").wait_for()
        assert page.locator("#thread h2").all_inner_texts() == [QUESTION, FOLLOW_UP]


def test_a_conversation_longer_than_one_request_may_be_is_shown_again_whole(
    page: Page, address: str, seeds: Assistant
) -> None:
    answer = seeds.ask(QUESTION).to_dict()
    turns = [{"question": f"{QUESTION} ({n})", "answer": answer} for n in range(340)]
    assert len(json.dumps(turns)) > BODY
    page.goto(address)
    page.evaluate("turns => byline.store.save({ id: 'long', created: '2021', updated: '2021', turns })", turns)
    page.evaluate("byline.store.current('long')")
    page.reload()
    expect(page.locator(".turn")).to_have_count(340, timeout=60_000)  # they come 25 at a time
    expect(page.locator("#thread > .waiting")).to_have_count(0)
    assert page.locator(".turn").evaluate_all("turns => turns.map(turn => turn.id)") == [
        f"turn-{n}" for n in range(1, 341)
    ]
    ask(page, FOLLOW_UP)
    assert "Understood as" in page.locator("#turn-341 .understood").inner_text()
    assert page.evaluate("byline.store.load('long').turns.length") == 341


def test_a_conversation_is_opened_as_often_as_one_likes(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    for _ in range(3):
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".turn")).to_have_count(0)
        page.get_by_role("button", name="Conversations").click()
        page.get_by_role("button", name=QUESTION).first.click()
        expect(page.locator(".turn")).to_have_count(1)


def test_a_conversation_that_cannot_be_opened_now_is_kept_as_it_was(
    page: Page, seeds: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = Opening.of(seeds)
    with served(opening) as url:
        page.goto(url)
        ask(page, QUESTION)
        before = page.evaluate("Object.entries(localStorage)")
        monkeypatch.setattr(opening.workers, "_room", 0)
        page.reload()
        expect(page.locator("#notice")).to_contain_text("The conversation could not be opened: too many questions")
        expect(page.locator(".turn")).to_have_count(0)
        monkeypatch.undo()
        ask(page, "When did combat end?")
        assert page.evaluate(KEPT) == 2
        assert before[0] in page.evaluate("Object.entries(localStorage)")


def test_conversations_are_listed_opened_and_deleted(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#question")).to_be_focused()
    ask(page, "When did combat end?")
    page.get_by_role("button", name="Conversations").click()
    listed = page.locator("#drawer .open")
    assert [one.split("\n")[0] for one in listed.all_inner_texts()] == ["When did combat end?", QUESTION]
    assert "1 question · seeds" in listed.last.inner_text()
    listed.last.click()
    page.locator("#turn-1 h2", has_text=QUESTION).wait_for()
    page.get_by_role("button", name="Conversations").click()
    page.get_by_role("button", name="Delete the conversation “When did combat end?”").click()
    expect(listed).to_have_count(1)
    page.get_by_role("button", name="Delete all").click()
    assert page.evaluate(KEPT) == 1
    page.get_by_role("button", name="Delete all: yes, for good").click()
    expect(page.locator("#drawer .none")).to_be_visible()
    assert page.evaluate(KEPT) == 0
    page.keyboard.press("Escape")
    expect(page.locator(".turn")).to_have_count(0)


def test_the_store_is_bounded_and_says_what_it_dropped(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#question").wait_for()
    page.evaluate(MADE, 100)
    ask(page, QUESTION)
    expect(page.locator("#notice")).to_contain_text("The oldest conversation was dropped")
    assert page.evaluate(KEPT) == 100
    assert page.evaluate("byline.store.load('made-0')") is None
    assert page.evaluate("byline.store.load('made-1')") is not None


def test_a_full_browser_loses_the_oldest_conversations_first(alone: Page, address: str) -> None:
    alone.goto(address)
    alone.locator("#question").wait_for()
    alone.evaluate(LARGE, [[f"made-{n}", 20_000] for n in range(5)])
    alone.evaluate(FILLED)
    said = alone.evaluate(LARGE, [["new", 50_000]])
    assert said == "The oldest conversations (3) were dropped to make room for this one."
    assert alone.evaluate("byline.store.all().map(one => one.id)") == ["new", "made-4", "made-3"]


def test_what_another_program_left_in_the_store_does_no_harm(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#question").wait_for()
    page.evaluate(DAMAGED)
    page.get_by_role("button", name="Conversations").click()
    assert page.locator("#drawer .open").count() == 1
    assert page.locator("#drawer img").count() == 0
    page.locator("#drawer .open").click()
    expect(page.locator(".problem")).to_contain_text("damaged")
    ask(page, QUESTION)
    assert page.locator("#turn-2 .lead").count() == 1


def test_a_browser_that_keeps_nothing_still_answers_and_says_so_once(window: BrowserContext, address: str) -> None:
    page = window.new_page()
    page.add_init_script(BLOCKED)
    page.goto(address)
    ask(page, QUESTION)
    expect(page.locator("#notice")).to_contain_text("This browser keeps nothing for this page")
    ask(page, FOLLOW_UP)
    assert "Understood as" in page.locator("#turn-2 .understood").inner_text()


@pytest.mark.parametrize(("button", "kind"), [("Copy as Markdown", "markdown"), ("Copy as text", "text")])
def test_an_answer_is_copied_with_its_citations(
    window: BrowserContext, address: str, button: str, kind: str, seeds: Assistant
) -> None:
    window.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = window.new_page()
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name=button).click()
    expect(page.locator("#notice")).to_contain_text("Copied as")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert ("**2,500**" in copied) == (kind == "markdown")
    for citation in seeds.ask(QUESTION).citations:
        assert f"- [{citation.number}] “{citation.quote}”" in copied.replace("\\", "")
        assert citation.place in copied.replace("\\", "")


def test_a_browser_that_lets_no_page_copy_says_what_to_do(window: BrowserContext, address: str) -> None:
    page = window.new_page()
    page.add_init_script(NO_CLIPBOARD)
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator("#notice")).to_contain_text("select the answer and copy it by hand")


def test_the_conversation_is_downloaded_as_markdown_and_as_json(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(address)
    ask(page, QUESTION)
    ask(page, FOLLOW_UP)
    with page.expect_download() as markdown:
        page.get_by_role("button", name="Markdown", exact=True).click()
    text = Path(markdown.value.path()).read_text("utf-8")
    assert markdown.value.suggested_filename.endswith(".md")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [f"## {QUESTION}", f"## {FOLLOW_UP}"]
    with page.expect_download() as downloaded:
        page.get_by_role("button", name="JSON", exact=True).click()
    data = json.loads(Path(downloaded.value.path()).read_text("utf-8"))
    assert [turn["question"] for turn in data["turns"]] == [QUESTION, FOLLOW_UP]
    assert Answer.from_dict(data["turns"][0]["answer"]).short == "2,500"


def test_a_wrong_answer_is_sent_with_what_would_be_right(page: Page, address: str) -> None:
    sent = []
    page.route(
        "**/api/wrong",
        lambda route: (sent.append(route.request.post_data_json), route.fulfill(json={"saved_to": "drafts.jsonl"})),
    )
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name="Wrong answer?").click()
    page.get_by_label("What would be right?").fill("2,499")
    page.get_by_role("button", name="Save as a draft").click()
    expect(page.locator("#notice")).to_have_text("Saved as a draft in drafts.jsonl.")
    expect(page.locator(".wrong")).to_be_hidden()
    expect(page.get_by_role("button", name="Wrong answer?")).to_be_focused()
    assert sent[0]["question"] == QUESTION
    assert sent[0]["expected"] == "2,499"
    assert Answer.from_dict(sent[0]["answer"]).short == "2,500"
    assert sent[0]["history"] == []
