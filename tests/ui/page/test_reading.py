"""Reading an answer: its sources open in the side panel, at the cited words."""

from __future__ import annotations

from collections.abc import Iterator

import made_answers
import pytest
import stand_ins
from playwright.sync_api import Page, expect

from rag import Assistant
from ui.screenshot import ask, open_source
from ui.server.opening import Opening

QUESTION = "How many US troops remain in Iraq?"
DIFFERING = "When did combat end?"
UNANSWERED = "What is the recipe for sourdough bread?"


@pytest.fixture(scope="module")
def made_up() -> Iterator[str]:
    with stand_ins.served(Opening.of(stand_ins.MadeUp())) as url:  # type: ignore[arg-type]
        yield url


def test_a_question_is_answered_with_the_cited_words_marked_in_their_paragraph(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    assert "2,500" in page.locator(".lead strong").inner_text()
    card = page.locator(".source").first
    assert "2,500" in card.locator("mark").inner_text()
    paragraph = card.locator("blockquote").inner_text()
    assert len(paragraph) > len(card.locator("mark").inner_text())
    assert ".txt:" in card.locator(".path").inner_text()


def test_a_marker_opens_the_whole_article_at_the_cited_words(page: Page, address: str, seeds: Assistant) -> None:
    page.goto(address)
    ask(page, QUESTION)
    open_source(page, 3)
    cited = seeds.ask(QUESTION).citations
    third = cited[2]
    expect(page.locator("#panel mark.cited")).to_have_text(third.quote)
    expect(page.locator("#panel mark.cited")).to_be_in_viewport()
    others = page.locator("#panel mark.also").all_inner_texts()
    same = sorted((one for one in cited if one.path == third.path and one is not third), key=lambda one: one.start)
    assert others == [one.quote for one in same]
    article = seeds.article(third.path)
    assert article
    shown = page.locator("#panel .text").inner_text()
    assert " ".join(shown.split()) == " ".join(article.text.split())
    for fact in (article.title, "Washington Newsday", "9 December 2021", third.path):
        expect(page.locator("#panel header")).to_contain_text(fact)


@pytest.mark.slow
def test_offsets_are_code_points_where_the_text_has_wider_characters(page: Page, made_up: str) -> None:
    page.goto(made_up)
    page.locator("#question").wait_for()
    text = made_answers.EMOJI
    start = text.index("Ferries")
    page.evaluate("([path, s, e]) => byline.openArticle(path, s, e)", ["emoji.txt", start, start + 7])
    expect(page.locator("#panel mark.cited")).to_have_text("Ferries")


@pytest.mark.slow
def test_the_panel_goes_on_to_the_next_source_and_back(page: Page, address: str, seeds: Assistant) -> None:
    cited = seeds.ask(DIFFERING).citations
    page.goto(address)
    ask(page, DIFFERING)
    open_source(page, 1)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#panel .position")).to_have_text(f"Source 2 of {len(cited)}")
    expect(page.locator("#panel mark.cited")).to_have_text(cited[1].quote)
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#panel mark.cited")).to_have_text(cited[0].quote)


@pytest.mark.slow
def test_a_number_opens_its_source_while_the_answer_has_the_focus_and_not_while_one_writes(
    page: Page, address: str, seeds: Assistant
) -> None:
    page.goto(address)
    ask(page, DIFFERING)
    page.locator("#question").press("2")
    expect(page.locator("#question")).to_have_value("2")
    expect(page.locator("#panel")).to_be_hidden()
    page.locator(".reply").focus()
    last = seeds.ask(DIFFERING).citations[-1]
    page.keyboard.press(str(last.number))
    expect(page.locator("#panel mark.cited")).to_have_text(last.quote)
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".reply")).to_be_focused()


@pytest.mark.slow
def test_escape_closes_the_panel_and_gives_the_focus_back_to_the_marker(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    open_source(page, 2)
    expect(page.locator("#panel h2")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(page.locator(".lead .marker").nth(1)).to_be_focused()


@pytest.mark.slow
def test_beside_the_panel_the_conversation_can_be_read_and_asked(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, QUESTION)
    open_source(page, 1)
    panel, lead, box = (page.locator(of).bounding_box() for of in ("#panel", ".lead", "#composer"))
    assert panel
    assert lead
    assert box
    assert lead["x"] + lead["width"] <= panel["x"]
    assert box["x"] + box["width"] <= panel["x"] + 1
    ask(page, DIFFERING)
    assert page.locator(".turn").count() == 2


@pytest.mark.slow
def test_on_a_phone_the_panel_covers_the_conversation(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    ask(page, QUESTION)
    open_source(page, 1)
    panel = page.locator("#panel").bounding_box()
    assert panel
    assert (panel["x"], panel["width"]) == (0, 390)
    assert page.locator("#panel").evaluate("panel => panel.matches(':modal')")
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#panel")).to_be_hidden()


def test_a_difference_stands_side_by_side_with_its_dates_and_sources_and_is_said_once(
    page: Page, address: str
) -> None:
    page.goto(address)
    ask(page, DIFFERING)
    assert "2020" in page.locator(".lead strong").inner_text()
    difference = page.locator(".difference")
    assert {"early 2020", "mid-2020"} <= set(difference.locator(".said").all_inner_texts())
    tops = difference.locator("li").evaluate_all("values => values.map(value => value.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    assert difference.locator("time").all_inner_texts() == ["9 December 2021", "9 December 2021"]
    assert page.locator("#thread").inner_text().count("mid-2020") == 2  # there, and in its source
    difference.locator(".marker").last.click()
    expect(page.locator("#panel mark.cited")).to_contain_text("mid-2020")


@pytest.mark.slow
def test_the_count_of_accounts_unfolds_into_who_copies_whom(page: Page, address: str, seeds: Assistant) -> None:
    answer = seeds.ask(QUESTION)
    page.goto(address)
    ask(page, QUESTION)
    told = page.locator(".tellers")
    expect(told.locator("summary")).to_have_text(answer.notes[0])
    assert "independent accounts" in answer.notes[0]
    expect(told.get_by_role("link").first).to_be_hidden()
    told.locator("summary").click()
    shown = told.locator("> ul > li").evaluate_all("all => all.map(one => one.querySelectorAll('a').length)")
    assert shown == [len(account.articles) for account in answer.accounts]
    assert "2 articles that copy or reword each other" in told.inner_text()
    told.get_by_role("link").nth(1).click()
    titles = {one.path: one.title for one in answer.citations}
    paths = [path for account in answer.accounts for path in account.articles]
    expect(page.locator("#panel h2")).to_have_text(titles[paths[1]])


def test_a_refusal_has_no_sources_beside_it_and_the_nearest_articles_can_be_opened(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, UNANSWERED)
    assert page.locator(".source, mark, .marker, .tellers").count() == 0
    nearest = page.locator(".refusal .nearest a")
    assert nearest.count() >= 1
    title = nearest.first.inner_text()
    nearest.first.click()
    expect(page.locator("#panel h2")).to_have_text(title)
    assert page.locator("#panel mark").count() == 0


@pytest.mark.slow
def test_the_original_is_offered_only_where_it_is_a_web_address(page: Page, made_up: str) -> None:
    page.goto(made_up)
    ask(page, made_answers.ANSWER.question)
    open_source(page, 1)
    link = page.locator("#panel .original a")
    expect(link).to_have_text("Open the original at herald.example")
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert link.get_attribute("target") == "_blank"
    page.keyboard.press("Escape")
    ask(page, made_answers.ATTACK.question)
    open_source(page, 1)
    expect(page.locator("#panel .original a")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["javascript:document.title='owned'", "data:text/html,x", "file:///etc/passwd", "no url"]
)
def test_the_browser_too_makes_no_link_of_what_is_no_web_address(page: Page, address: str, url: str) -> None:
    article = {"path": "a.txt", "title": "A", "outlet": None, "published": None, "text": "Its text.", "url": url}
    page.route("**/api/article?*", lambda route: route.fulfill(json=article))
    page.goto(address)
    page.locator("#question").wait_for()
    page.evaluate("byline.openArticle('a.txt', 0, 3)")
    expect(page.locator("#panel mark.cited")).to_have_text("Its")
    assert page.locator("#panel a").count() == 0


@pytest.mark.slow
def test_an_article_that_is_gone_is_said_to_be_so(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#question").wait_for()
    page.evaluate("byline.openArticle('gone.txt', 0, 5)")
    expect(page.locator("#panel h2")).to_have_text("This article cannot be shown")
    expect(page.locator("#panel .facts")).not_to_be_empty()
