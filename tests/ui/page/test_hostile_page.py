"""Nothing that stands in an article or a question is obeyed by the page, and nothing of the machine is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import made_answers
import pytest
import stand_ins
from playwright.sync_api import Page, expect

from ui.screenshot import ask, open_source
from ui.server.opening import Opening

pytestmark = pytest.mark.slow

NO_MARKUP = "script:not([nonce]), img, iframe, i, code, .katex, object, embed, base[href^=http]"


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    with stand_ins.served(Opening.of(stand_ins.MadeUp())) as url:  # type: ignore[arg-type]
        yield url


@pytest.fixture
def dialogs(page: Page) -> list[str]:
    """What the page said in dialogs that no page of ours opens."""
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    return said


def test_no_word_of_an_article_or_a_question_is_obeyed(
    page: Page, hostile: str, hosts: set[str], dialogs: list[str]
) -> None:
    page.goto(hostile)
    page.locator("#examples .example").first.wait_for()
    assert page.locator("#examples").locator(f"{NO_MARKUP}, a").count() == 0
    ask(page, made_answers.ATTACK.question)
    thread = page.locator("#thread")
    assert thread.locator(NO_MARKUP).count() == 0
    assert {*thread.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")} == {"#turn-1-1"}
    assert "$$\\frac{1}{2}$$ ${document.title='owned'} {{constructor}}" in page.locator(".lead").inner_text()
    assert page.locator("#turn-1 h2").inner_text() == made_answers.ATTACK.question
    assert (page.title(), dialogs) == ("Byline", [])
    assert hosts == {"127.0.0.1"} | (hosts & {"data", "blob"})


def test_a_hostile_article_is_text_in_the_side_panel(page: Page, hostile: str, dialogs: list[str]) -> None:
    page.goto(hostile)
    ask(page, made_answers.ATTACK.question)
    open_source(page, 1)
    panel = page.locator("#panel")
    expect(panel.locator(".text")).to_contain_text("<script>document.title='owned'</script>")
    expect(panel.locator("h2")).to_contain_text("<img src=x onerror=")
    assert panel.locator(f"{NO_MARKUP}, a").count() == 0
    assert "\u202e" not in panel.inner_text()
    assert (page.title(), dialogs) == ("Byline", [])


def test_hostile_questions_stay_text_in_the_list_and_after_a_reload(
    page: Page, hostile: str, dialogs: list[str]
) -> None:
    question = "</h2><script>document.title='owned'</script><img src=x onerror=alert(1)> [a](http://b.invalid)"
    page.goto(hostile)
    ask(page, question)
    page.reload()
    page.locator("#turn-1 .lead").wait_for()
    assert page.locator("#turn-1 h2").inner_text() == question
    page.get_by_role("button", name="Conversations").click()
    assert page.locator("#drawer .asked").inner_text() == question
    page.keyboard.press("Escape")
    page.locator("[data-do=edit]").click()
    expect(page.locator("#editing")).to_be_visible()
    expect(page.locator("#question")).to_have_value(question)
    assert page.locator(f"#drawer :is({NO_MARKUP}), #thread :is({NO_MARKUP})").count() == 0
    assert (page.title(), dialogs) == ("Byline", [])


def test_hostile_outlets_are_text_in_the_filter(page: Page, hostile: str) -> None:
    page.goto(hostile)
    page.locator("#outlet option", has_text="Baltic").wait_for(state="attached")
    options = page.locator("#outlet option").all_inner_texts()
    assert options == [
        "All outlets",
        "\"'><script>document.title='owned'</script>",
        "<b>Outlet</b>",
        "The Baltic Herald",
    ]
    assert page.title() == "Byline"


def test_skipped_files_are_listed_as_text_and_no_path_of_this_machine_is_shown(page: Page, hostile: str) -> None:
    page.goto(hostile)
    page.locator(".skipped summary").click()
    assert "<img src=x>.txt no <i>text</i>" in page.locator(".skipped li").first.inner_text()
    assert "/a/" not in page.content()


def test_a_marker_opened_in_a_new_tab_leads_to_no_other_place(page: Page, hostile: str) -> None:
    page.goto(hostile)
    ask(page, made_answers.ATTACK.question)
    with page.context.expect_page() as opened:
        page.locator(".lead .marker").click(modifiers=["Control"])
    assert opened.value.url.startswith(hostile)


def test_the_page_serves_no_file_of_the_machine(page: Page, address: str) -> None:
    page.goto(address)
    seed = Path("seeds").resolve() / "000_e0306189c915787d.txt"
    for path in (seed, Path("pyproject.toml").resolve(), Path("/etc/passwd")):
        assert page.request.get(f"{address}/gradio_api/file={path}").status in (403, 404)
