"""The tab of the articles in a real Chromium: what a person does there, by mouse, by keyboard, and on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HOSTILE_NAME, Served
from playwright.sync_api import Locator, Page, expect

from eval.facts import load_facts
from rag import Assistant
from ui.collection import chart
from ui.screenshot import ask, serving

pytestmark = pytest.mark.slow

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NEW = "---\ntitle: {title}\ndate: 2021-12-13\n---\n\nThe tram to the fair runs every ten minutes from Monday on.\n"


def visit(page: Page, url: str) -> Locator:
    """The tab with its list, its picture and its legend."""
    page.goto(url)
    page.get_by_role("tab", name="Articles").click()
    collection = page.locator("#collection")
    collection.locator("tbody tr").first.wait_for()
    collection.locator(".timeline a").first.wait_for()
    return collection


def titles(collection: Locator) -> list[str]:
    return collection.locator("tbody td.title").all_inner_texts()


def find(collection: Locator, phrase: str) -> Locator:
    collection.get_by_role("searchbox", name="Find every mention").fill(phrase)
    collection.get_by_role("button", name="Find", exact=True).click()
    expect(collection.locator(".mentions")).not_to_have_attribute("aria-busy", "true")
    return collection.locator(".mentions")


@pytest.fixture
def added(served: Served) -> Iterator[Path]:
    """The folder, without the files that a test added."""
    before = set(served.folder.iterdir())
    yield served.folder
    for file in set(served.folder.iterdir()) - before:
        file.unlink()
    served.assistant.sync()


# --- the list ---------------------------------------------------------------------------------------------------


def test_the_list_has_every_article_with_outlet_date_and_state(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    expect(collection.locator("h2")).to_have_text("6 articles")
    row = collection.locator("tbody tr", has_text="completed its combat mission in Baghdad")
    assert row.locator("td").all_inner_texts()[1:] == ["The Washington Newsday", "9 December 2021", "Indexed"]


def test_it_is_said_when_the_folder_was_looked_at(page: Page, served: Served) -> None:
    looked = visit(page, served.url).locator(".looked")
    expect(looked).to_have_text("The folder was looked at just now.")
    assert page.evaluate("[40, 100, null].map(byline.collection.looked)") == [
        "The folder was last looked at 40 seconds ago.",
        "The folder was last looked at 2 minutes ago.",
        "The folder is not being followed: changes are not indexed.",
    ]


def test_columns_sort_both_ways_and_say_so(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    column = collection.get_by_role("columnheader", name="Title")
    column.get_by_role("button").click()
    expect(column).to_have_attribute("aria-sort", "ascending")
    expect(collection.locator("tbody td.title").last).to_contain_text("The US-led anti-ISIS")
    column.get_by_role("button").click()
    expect(column).to_have_attribute("aria-sort", "descending")
    expect(collection.locator("tbody td.title").first).to_contain_text("The US-led anti-ISIS")
    assert collection.locator("th[aria-sort]").count() == 1


def test_the_filter_narrows_the_list_as_it_is_typed(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    collection.get_by_role("searchbox", name="Filter the list").press_sequentially("NEWSDAY baghdad")
    expect(collection.locator("#list-title")).to_have_text("1 of 6 articles")
    assert titles(collection) == [
        "The US-led anti-ISIS coalition in Iraq has completed its combat mission in Baghdad."
    ]
    collection.get_by_role("searchbox", name="Filter the list").fill("")
    expect(collection.locator("#list-title")).to_have_text("6 articles")


def test_a_title_opens_its_article_in_the_panel(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    link = collection.get_by_role("table").get_by_role("link", name="The U.S. troops have ended")
    link.click()
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_contain_text("The U.S. troops have ended")
    expect(panel.locator(".text")).to_contain_text("as per earlier agreements")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()


def test_a_file_that_could_not_be_read_is_listed_with_the_reason(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    collection.get_by_text("1 file could not be read").click()
    failed = collection.locator(".failures li")
    expect(failed).to_have_count(1)
    assert re.fullmatch(r"broken\.pdf .+", failed.inner_text())
    assert str(served.folder.parent) not in page.content()


# --- mentions ---------------------------------------------------------------------------------------------------


def test_every_mention_is_counted_and_shown_in_line(page: Page, served: Served) -> None:
    mentions = find(visit(page, served.url), "AL ARAJI")
    expect(mentions.locator("h3")).to_have_text(re.compile(r"\d+ mentions in \d articles of “AL ARAJI”"))
    words = mentions.locator("li strong")
    assert {word.casefold() for word in words.all_inner_texts()} == {"al-araji"}
    assert (
        mentions.locator("h3")
        .inner_text()
        .startswith(f"{words.count()} mentions in {mentions.locator('article').count()} ")
    )
    starts = mentions.locator("li .after").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    assert len(set(starts)) == 1
    expect(mentions.locator("h3")).to_be_focused()


def test_a_mention_opens_the_article_at_its_words_with_the_others_marked(page: Page, served: Served) -> None:
    mentions = find(visit(page, served.url), "combat mission")
    article = mentions.locator("article").first
    article.locator("li a").nth(1).click()
    panel = page.locator("#panel")
    cited = panel.locator("mark.cited")
    expect(cited).to_have_text("combat mission")
    expect(cited).to_be_in_viewport()
    assert panel.locator("mark.also").count() == article.locator("li").count() - 1


def test_what_nobody_mentions_is_said_and_the_list_comes_back(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    mentions = find(collection, "sourdough")
    expect(mentions.locator("h3")).to_have_text("No article mentions “sourdough”")
    mentions.get_by_role("button", name="Back to the list").click()
    expect(collection.locator("table")).to_be_visible()
    expect(mentions).to_be_hidden()


def test_a_phrase_that_is_none_gets_one_line(page: Page, served: Served) -> None:
    mentions = find(visit(page, served.url), "—")
    expect(mentions.locator("h3")).to_contain_text("there is no word in that")


# --- the picture ------------------------------------------------------------------------------------------------


def test_a_dot_opens_its_article(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    collection.get_by_role("link", name=re.compile("^The US-led anti-ISIS coalition.*9 December 2021")).click()
    expect(page.locator("#panel h2")).to_contain_text("The US-led anti-ISIS coalition")


def test_the_focus_comes_back_to_a_dot_that_was_drawn_again_meanwhile(
    page: Page, served: Served, added: Path
) -> None:
    collection = visit(page, served.url)
    dot = collection.get_by_role("link", name=re.compile("^The US-led anti-ISIS coalition.*9 December 2021"))
    dot.click()
    (added / "later.md").write_text(NEW.format(title="Later news"), encoding="utf-8")
    expect(collection.get_by_role("link", name=re.compile("^Later news"))).to_have_count(2)
    page.keyboard.press("Escape")
    expect(dot).to_be_focused()


def test_articles_of_one_account_share_a_colour_and_can_be_brought_forward(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    shared = collection.locator(".dot.account-1")
    expect(shared).to_have_count(2)
    collection.locator(".legend button").first.click()
    expect(collection.locator(".legend button").first).to_have_attribute("aria-pressed", "true")
    expect(collection.locator(".dot.aside")).to_have_count(4)
    assert shared.locator(".mark").first.evaluate("one => getComputedStyle(one).opacity") == "1"


def test_the_picture_is_walked_through_by_arrow_keys_and_left_by_tab(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    expect(collection.locator(".legend button").first).to_be_visible()
    collection.locator('.dot[tabindex="0"]').focus()
    focused = page.locator(".dot:focus")
    seen = [focused.get_attribute("data-article")]
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "Home"):
        page.keyboard.press(key)
        seen.append(focused.get_attribute("data-article"))
    assert len(set(seen)) == 4
    assert seen[0] == seen[-1]
    expect(collection.locator(".tip")).to_have_text(focused.get_attribute("aria-label") or "")
    page.keyboard.press("Tab")
    expect(collection.locator(".legend button").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_visible()


def test_bars_narrow_the_list_to_their_days(page: Page, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "MOST_DOTS", 1)
    with serving(served.assistant) as url:
        collection = visit(page, url)
        collection.locator(".bar").first.click()
        expect(collection.locator("#list-title")).to_have_text("2 articles: 9 December 2021")
        expect(collection.locator("#list-title")).to_be_focused()
        collection.get_by_role("button", name="No date: 3 articles; show them in the list").press("Enter")
        expect(collection.locator("#list-title")).to_have_text("3 articles: No date")
        collection.get_by_role("button", name="Show all days").click()
        expect(collection.locator("#list-title")).to_have_text("6 articles")


# --- files that are added ---------------------------------------------------------------------------------------


def test_chosen_files_are_added_and_appear_in_the_list(page: Page, served: Served, added: Path) -> None:
    collection = visit(page, served.url)
    files = [
        {"name": f"tram {n}.md", "mimeType": "text/markdown", "buffer": NEW.format(title=f"Tram {n}").encode()}
        for n in (1, 2)
    ]
    collection.get_by_label("Add files…").set_input_files(files)
    expect(collection.locator(".added .progress")).to_have_text("2 files added")
    expect(collection.locator("h2")).to_have_text("8 articles")
    expect(collection.locator("tbody td.title").first).to_contain_text("Tram")
    expect(collection.get_by_role("link", name=re.compile("^Tram 1, 13 December 2021"))).to_have_count(1)
    assert (added / "tram 1.md").read_text("utf-8") == NEW.format(title="Tram 1")


def test_dropped_files_are_added_and_refused_ones_told(page: Page, served: Served, added: Path) -> None:
    collection = visit(page, served.url)
    page.evaluate(DROP, [["../fair.md", NEW.format(title="The fair")], ["virus.exe", "MZ"], ["empty.txt", ""]])
    expect(collection.locator(".added .progress")).to_have_text("1 file added")
    refused = collection.locator(".added .refused li").all_inner_texts()
    assert [line.split()[0] for line in refused] == ["virus.exe", "empty.txt"]
    assert all("\n" not in line for line in refused)
    assert "format" in refused[0]
    assert (added / "fair.md").exists()
    assert not (added / "virus.exe").exists()


DROP = """files => {
  const carried = new DataTransfer();
  for (const [name, text] of files) carried.items.add(new File([text], name));
  for (const type of ["dragenter", "dragover", "drop"])
    document.querySelector("#collection").dispatchEvent(
      new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: carried }));
}"""


def test_a_file_that_is_no_article_is_told_once_it_was_tried(page: Page, served: Served, added: Path) -> None:
    collection = visit(page, served.url)
    bad = {"name": "bad.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 broken too"}
    collection.get_by_label("Add files…").set_input_files([bad])
    expect(collection.locator(".added .progress")).to_have_text("Nothing was added")
    expect(collection.locator(".added .refused li")).to_contain_text("bad.pdf")
    expect(collection.locator(".failures summary")).to_have_text("2 files could not be read")


def test_a_file_that_is_there_already_is_not_stored_twice(page: Page, served: Served, added: Path) -> None:
    collection = visit(page, served.url)
    (seed,) = served.folder.glob("004_*.txt")
    collection.get_by_label("Add files…").set_input_files(
        [{"name": "again.txt", "mimeType": "text/plain", "buffer": seed.read_bytes()}]
    )
    expect(collection.locator(".added .refused li")).to_contain_text(f"is in the folder already, as {seed.name}")
    assert not (added / "again.txt").exists()


def test_what_changes_in_the_folder_is_shown_without_asking(page: Page, served: Served, added: Path) -> None:
    collection = visit(page, served.url)
    (added / "quiet.md").write_text(NEW.format(title="A quiet fair"), encoding="utf-8")
    expect(collection.locator("tbody")).to_contain_text("A quiet fair")
    expect(collection.locator("h2")).to_have_text("7 articles")


# --- wrong answers, safety, access ------------------------------------------------------------------------------


def test_a_wrong_answer_becomes_a_draft_that_eval_loads(page: Page, served: Served) -> None:
    page.goto(served.url)
    ask(page, "How many US troops remain in Iraq?")
    page.locator("#turn-1 [data-do=wrong]").click()
    page.locator("#turn-1 .wrong textarea").fill("about 2,500")
    page.locator("#turn-1 .wrong [type=submit]").click()
    expect(page.locator("#notice")).to_contain_text("Saved as a draft")
    (file,) = (served.folder.parent / "data").rglob("*.jsonl")
    (fact,) = load_facts(file)
    assert (fact.question, fact.any_of) == ("How many US troops remain in Iraq?", ("about 2,500",))


def test_no_word_of_a_title_a_name_or_a_text_is_obeyed(page: Page, served: Served) -> None:
    collection = visit(page, served.url)
    row = collection.locator("tbody tr", has_text="<img src=x onerror=alert(1)>")
    assert row.locator("td").all_inner_texts()[1] == "<script>alert(3)</script>"
    assert row.locator("a").get_attribute("data-article") == HOSTILE_NAME
    mentions = find(collection, "Tuesday")
    expect(mentions.locator("li")).to_contain_text("<img src=http://evil.example/x.png onerror=alert(4)>")
    assert collection.locator("img, script, iframe, td b, li i").count() == 0
    mentions.locator("li a").click()
    expect(page.locator("#panel mark.cited")).to_have_text("Tuesday")
    page.keyboard.press("Escape")
    dots = collection.locator(".dot").evaluate_all("all => all.map(one => one.dataset.article)")
    assert dots.count(HOSTILE_NAME) == 1


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_it_fits_the_window_and_breaks_no_rule_of_wcag(page: Page, served: Served, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 844})
    collection = visit(page, served.url)
    expect(collection.locator(".legend button").first).to_be_visible()
    rules = {"runOnly": {"type": "tag", "values": LEVELS}, "resultTypes": ["violations"]}
    for phrase in ("", "Iraq"):
        if phrase:
            find(collection, phrase).locator("article").first.wait_for()
        found = Axe().run(page, options=rules).response["violations"]
        assert [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_tab_says_what_byline_is_doing_until_there_is_something_to_show(page: Page, seeds: Assistant) -> None:
    import threading

    from ui.server.app import start
    from ui.server.opening import Opening

    go = threading.Event()

    def opened(progress: object) -> Assistant:
        go.wait(30)
        return seeds

    opening = Opening(opened)
    opening._ours = False  # the seeds' assistant is closed by its fixture
    server = start(opening)
    opening.start()
    try:
        page.goto(server.url)
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#collection .opening")).to_have_text("Opening the index…")
        go.set()
        expect(page.locator("#collection h2")).to_have_text("5 articles")
        expect(page.locator("#collection .opening")).to_be_hidden()
    finally:
        go.set()
        opening.close()
        server.close()
