"""The page in a real Chromium, on seeds/: what a person sees, and what the page never does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import made_answers
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from index.catalog import Failure
from index.store import Status
from index.types import Article
from rag import Answer, Assistant
from ui.screenshot import CHROMIUM, chromium, serving

QUESTION = "How many US troops remain in Iraq?"
UNANSWERED = "What is the recipe for sourdough bread?"


class MadeUp:
    """Stands in for an assistant where an article has to be hostile or the answering to break."""

    def status(self) -> Status:
        return Status("/a/<b>folder", "/x", 1, 1, 1, "model", None, (Failure("<img src=x>.txt", "no <i>text</i>"),))

    def examples(self, n: int = 4) -> list[str]:
        return [made_answers.ATTACK.question, made_answers.HOSTILE, "Break"]

    def article(self, path: str) -> Article:
        return Article(path, made_answers.TEXTS[path], "title")

    def ask(self, question: str, history: object = (), words: int | None = None) -> Answer:
        if question == "Break":
            raise RuntimeError("a mistake of the program's own")
        return made_answers.ATTACK


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"{CHROMIUM} is missing: install Debian's chromium; the page is not tested without it")
    with sync_playwright() as playwright, chromium(playwright) as started:
        yield started


@pytest.fixture(scope="module")
def address(seeds: Assistant) -> Iterator[str]:
    with serving(seeds) as url:
        yield url


@pytest.fixture(scope="module")
def hostile_address() -> Iterator[str]:
    with serving(MadeUp()) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def hosts() -> set[str]:
    """Every host that the page under test asked for something."""
    return set()


@pytest.fixture
def page(browser: Browser, hosts: set[str]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
    yield page
    context.close()
    assert hosts <= {"127.0.0.1", "data", "blob"}


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#thread .turn:not(:has(.waiting))", has_text=question.strip()[:60]).last.wait_for()


def test_a_question_is_answered_with_the_cited_words_marked_in_their_paragraph(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    assert "2,500" in page.locator(".lead").last.inner_text()
    card = page.locator(".source").first
    assert "2,500" in card.locator("mark").inner_text()
    paragraph = card.locator("blockquote").inner_text()
    assert len(paragraph) > len(card.locator("mark").inner_text())
    assert ".txt:" in card.locator(".path").inner_text()


def test_a_difference_stands_side_by_side_and_is_said_once(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, "When did combat end?")
    assert "2020" in page.locator(".lead strong").inner_text()
    difference = page.locator(".difference")
    assert {"early 2020", "mid-2020"} <= set(difference.locator(".said").all_inner_texts())
    tops = difference.locator("li").evaluate_all("values => values.map(value => value.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert page.locator("#thread").inner_text().count("mid-2020") == 2  # there, and in its source
    assert page.locator(".account-name").count() == 2
    difference.locator(".marker").last.click()
    expect(page.locator(".source:target mark")).to_contain_text("mid-2020")


def test_a_filter_holds_for_the_questions_asked_under_it(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#filter > button").click()
    page.get_by_label("From").fill("2021-12")
    page.get_by_label("Outlet").click()
    page.get_by_role("option", name="Washington Newsday").click()
    page.get_by_placeholder("Ask about the articles").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".turn .sources-title").wait_for()
    outlets = page.locator(".source .outlet").all_inner_texts()
    assert len(outlets) == page.locator(".source").count()
    assert {outlet.removeprefix("The ") for outlet in outlets} == {"Washington Newsday"}
    assert "Only articles of" in page.locator(".note").last.inner_text()
    page.get_by_label("From").fill("soon")
    page.get_by_placeholder("Ask about the articles").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".problem")).to_contain_text("'soon' is no date")


def test_a_marker_leads_to_its_card(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.locator(".marker").last.click()
    number = page.locator(".marker").last.inner_text()
    expect(page.locator(".source:target .number")).to_have_text(number)
    expect(page.locator(".source:target")).to_be_in_viewport()


def test_an_example_taken_from_the_articles_is_answered(page: Page, address: str) -> None:
    page.goto(address)
    example = page.locator("#examples .example").first
    question = example.inner_text()
    example.click()
    page.locator(".turn .lead").wait_for()
    assert page.locator(".turn h2").inner_text() == question
    expect(page.locator("#examples")).to_be_hidden()


def test_a_refusal_has_no_sources_beside_it_and_offers_the_nearest_articles(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, UNANSWERED)
    assert page.locator(".refusal .nearest li").count() >= 1
    assert page.locator(".source, mark, .marker").count() == 0


def test_a_follow_up_is_understood_and_earlier_turns_stay(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    ask(page, "And how many from the other countries?")
    assert "Understood as" in page.locator(".understood").inner_text()
    assert page.locator(".turn").count() == 2
    ids = page.locator(".source").evaluate_all("cards => cards.map(card => card.id)")
    assert len(ids) == len(set(ids))


def test_two_windows_have_conversations_of_their_own(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    other = page.context.new_page()
    other.goto(address)
    ask(other, "And how many from the other countries?")
    assert other.locator(".turn").count() == 1
    assert other.locator(".understood").count() == 0


@pytest.mark.parametrize("question", ["", "why? " * 20_000])
def test_a_question_that_is_none_gets_a_message(page: Page, address: str, question: str) -> None:
    page.goto(address)
    ask(page, question)
    assert len(page.locator(".problem p").inner_text()) in range(10, 300)
    assert page.locator(".turn h2").inner_text() != ""


def test_no_word_of_an_article_or_a_question_is_obeyed(page: Page, hostile_address: str, hosts: set[str]) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(hostile_address)
    page.locator("#examples .example").first.wait_for()
    assert page.locator("#examples img, #examples a, #examples script, #masthead img").count() == 0
    ask(page, made_answers.ATTACK.question)
    page.wait_for_timeout(300)
    assert page.title() == "Byline"
    assert dialogs == []
    assert page.locator("#thread").locator("img, script, iframe, i, code, .katex, a:not(.marker)").count() == 0
    assert "$$\\frac{1}{2}$$ ${document.title='owned'} {{constructor}}" in page.locator(".lead").last.inner_text()
    assert hosts == {"127.0.0.1"} | (hosts & {"data", "blob"})


def test_a_mistake_of_the_programs_own_is_told_and_leaves_no_one_waiting(page: Page, hostile_address: str) -> None:
    page.goto(hostile_address)
    ask(page, "Break")
    assert "something went wrong" in page.locator(".problem").inner_text()
    assert "a mistake of the program's own" not in page.locator("body").inner_text()


def test_skipped_files_are_listed_and_no_path_of_this_machine_is_shown(page: Page, hostile_address: str) -> None:
    page.goto(hostile_address)
    page.locator(".skipped summary").click()
    assert "<img src=x>.txt no <i>text</i>" in page.locator(".skipped li").inner_text()
    assert "/a/" not in page.content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_the_window_and_can_be_read(page: Page, address: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    ask(page, QUESTION)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in (".lead", ".account-name", ".source mark", ".source blockquote", ".source .path", ".marker"):
        assert page.evaluate(CONTRAST, selector) >= 4.5, selector
    expect(page.get_by_role("textbox")).to_be_in_viewport()


CONTRAST = """selector => {
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).slice(0, 3)
      .map(value => value / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector("#thread " + selector);
  let under = element;
  while (getComputedStyle(under).backgroundColor === "rgba(0, 0, 0, 0)") under = under.parentElement;
  const pair = [light(getComputedStyle(element).color), light(getComputedStyle(under).backgroundColor)];
  return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
}"""


def test_the_page_may_ask_no_other_host_and_serves_no_file_of_the_machine(page: Page, address: str) -> None:
    response = page.goto(address)
    assert response is not None
    assert "default-src 'self'" in response.headers["content-security-policy"]
    seed = Path("seeds").resolve() / "000_e0306189c915787d.txt"
    for path in (seed, Path("pyproject.toml").resolve(), Path("/etc/passwd")):
        assert page.request.get(f"{address}/gradio_api/file={path}").status in (403, 404)
    assert page.request.get(f"{address}/docs").status == 404
