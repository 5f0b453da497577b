"""WCAG 2.2 A and AA by axe-core, the keyboard alone, both themes, both widths, and nothing that jumps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
import stand_ins
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from index.settings import load
from rag import Assistant
from ui.screenshot import ask, open_source
from ui.server.opening import Opening

pytestmark = pytest.mark.slow

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
DIFFERING = "When did combat end?"
UNANSWERED = "What is the recipe for sourdough bread?"
MOST_SHIFT = 0.05
"""Cumulative layout shift that counts as none: half of what is called good (https://web.dev/articles/cls)."""
SHIFTS = """window.shift = 0;
new PerformanceObserver(list => list.getEntries().forEach(one => window.shift += one.hadRecentInput ? 0 : one.value))
  .observe({ type: "layout-shift", buffered: true });"""


def violations(page: Page) -> list[str]:
    """What axe-core finds, as "rule: element"."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


def start(page: Page) -> None:
    page.locator("#examples .example").first.wait_for()


def difference(page: Page) -> None:
    ask(page, DIFFERING)
    page.locator(".tellers summary").click()


def forms(page: Page) -> None:
    page.locator("#turn-1 [data-do=wrong]").click()
    page.locator("#turn-1 [data-do=edit]").click()
    page.locator("#filter").click()


def refusal(page: Page) -> None:
    page.locator("#unedit").click()
    ask(page, UNANSWERED)


def panel(page: Page) -> None:
    page.locator("#turn-1 .marker").first.click()
    page.locator("#panel mark.cited").wait_for()


def drawer(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#conversations").click()
    page.locator("#drawer .open").first.wait_for()


def articles(page: Page) -> None:
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Articles").click()
    page.locator("#articles").wait_for()


STEPS: tuple[Callable[[Page], None], ...] = (start, difference, forms, refusal, panel, drawer, articles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_all_fits_the_window(page: Page, address: str, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(address)
    for step in STEPS:
        step(page)
        assert violations(page) == [], step.__name__
        assert page.evaluate("document.documentElement.scrollWidth") <= width, step.__name__
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == ("rgb(22, 21, 19)" if scheme == "dark" else "rgb(251, 250, 247)")


def test_axe_would_find_what_is_wrong(page: Page, address: str) -> None:
    page.goto(address)
    start(page)
    page.evaluate("document.querySelector('#question').labels[0].remove()")
    page.evaluate("document.querySelector('#question').removeAttribute('placeholder')")
    assert [one for one in violations(page) if "question" in one]


def test_without_a_mouse_one_asks_reads_a_source_and_begins_anew(page: Page, address: str) -> None:
    page.goto(address)
    start(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the question")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(DIFFERING)
    page.keyboard.press("Enter")
    page.locator("#turn-1[data-state=done]").wait_for()
    _until(page, "Shift+Tab", "document.activeElement.matches('.reply')")
    _until(page, "Tab", "document.activeElement.matches('.lead .marker')")
    page.keyboard.press("Enter")
    page.locator("#panel mark.cited").wait_for()
    _until(page, "Shift+Tab", "document.activeElement.textContent.startsWith('Next')")
    page.keyboard.press("Enter")
    expect(page.locator("#panel .position")).to_contain_text("Source 2 of")
    page.keyboard.press("Escape")
    expect(page.locator(".lead .marker").first).to_be_focused()
    _until(page, "Shift+Tab", "document.activeElement.id === 'fresh'")
    page.keyboard.press("Enter")
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("#question")).to_be_focused()
    _until(page, "Shift+Tab", "document.activeElement.matches('[role=tab]')")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="Articles")).to_have_attribute("aria-selected", "true")


def _until(page: Page, key: str, condition: str) -> None:
    """Presses the key until the condition holds; what has the focus on the way can be seen."""
    for _ in range(40):
        page.keyboard.press(key)
        if page.evaluate(condition):
            assert page.evaluate(OBSCURED) is False
            return
    raise AssertionError(f"{key} never comes to {condition}")


OBSCURED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  const middle = Math.min(box.top + box.height / 2, innerHeight - 1);
  const seen = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, middle);
  return !seen || !(one.contains(seen) || seen.contains(one));
}"""


LISTEN = """() => {
  const announcer = document.querySelector("#announcer");
  window.said = [];
  new MutationObserver(() => announcer.textContent && window.said.push(announcer.textContent))
    .observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


def test_only_the_finished_answer_is_announced(page: Page, address: str) -> None:
    page.goto(address)
    start(page)
    page.evaluate(LISTEN)
    ask(page, DIFFERING)
    page.wait_for_function("window.said.length > 0")
    said = page.evaluate("window.said")
    assert len(said) == 1
    assert "early in 2020" in said[0]
    assert page.locator("#thread [aria-live], #thread [role=status], #thread [role=alert]").count() == 0


def test_headings_are_in_order_and_the_page_names_its_language(page: Page, address: str) -> None:
    page.goto(address)
    difference(page)
    refusal_of = page.locator("html").get_attribute("lang")
    assert refusal_of == "en"
    levels = page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => Number(one.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.get_by_role("main").count() == 1


def test_nothing_moves_where_less_motion_is_wanted(page: Page, address: str) -> None:
    page.goto(address)
    ask(page, DIFFERING)
    open_source(page, 1)
    running = page.evaluate("document.getAnimations().filter(one => one.playState === 'running').length")
    assert running == 0
    assert page.evaluate("byline.glide()") == "auto"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_jumps_from_the_first_paint_to_the_answer(browser: Browser, seeds_index: Path, width: int) -> None:
    go = threading.Event()

    def opened(progress: object) -> Assistant:
        go.wait(30)
        return Assistant(settings=load(index=seeds_index), sync=False)

    opening = Opening(opened, load(index=seeds_index))
    opening.start()
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.add_init_script(SHIFTS)
    try:
        with stand_ins.served(opening) as url:
            page.goto(url)
            page.locator(".masthead .doing").wait_for()
            go.set()
            start(page)
            ask(page, DIFFERING)
            assert page.evaluate("window.shift") < MOST_SHIFT
    finally:
        go.set()
        page.close()


def test_the_tabs_wait_for_what_stands_above_them(page: Page, address: str) -> None:
    page.goto(address)
    start(page)
    tab = page.get_by_role("tab", name="Ask")
    assert tab.is_visible()
    page.evaluate("document.querySelector('.masthead').remove()")  # as if Gradio had not loaded it yet
    assert not tab.is_visible()
