"""Conversations that a browser sends back, honest, damaged and forged: what one of them may cost the server."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import made_answers
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from index.store import Status
from index.types import Article
from rag import Answer, Assistant
from rag.types import Citation, Claim
from ui import render
from ui.page import answers, blocks, flow, turns
from ui.server.app import Server, create, start
from ui.server.forms import LARGEST, MOST
from ui.server.opening import Opening
from ui.server.workers import Workers

QUESTION = "How many US troops remain in Iraq?"
OURS = "http://127.0.0.1:7860"
PARAGRAPH = "The ferry left the harbour at noon. " * 6
LONG = "\n\n".join([PARAGRAPH] * 4_700)
"""A megabyte."""


class Shelf:
    """Stands in for an assistant whose articles are all long; counts who reads them, and waits on demand."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        self.threads: set[str] = set()
        self.go_on = threading.Event()
        self.go_on.set()
        self.begun = threading.Event()

    def status(self) -> Status:
        return Status("/x/articles", "/x/index", 1, 1, 1, "model", None, ())

    def articles(self) -> tuple[Article, ...]:
        return ()

    def examples(self, count: int = 4) -> list[str]:
        return []

    def article(self, path: str) -> Article | None:
        self.read[path] += 1
        self.threads.add(threading.current_thread().name)
        self.begun.set()
        assert self.go_on.wait(20)
        return Article(path, LONG, "title")


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    yield shelf
    shelf.go_on.set()


@pytest.fixture
def opening(shelf: Shelf) -> Iterator[Opening]:
    opening = Opening.of(shelf)  # type: ignore[arg-type]
    yield opening
    opening.workers.close()


def forged(citations: int, path: str = "a.txt") -> dict[str, Any]:
    """A turn whose answer cites so many words near the end of a long article, and all of them behind one claim."""
    begin = len(LONG) - 1_000
    cited = tuple(
        Citation(n + 1, path, "t", None, None, LONG[begin + n : begin + n + 1], begin + n, begin + n + 1, 1)
        for n in range(citations)
    )
    claim = Claim("x", tuple(one.number for one in cited))
    turn = {"question": "q", "answer": turns.kept(Answer("q", "q", "a", (claim,), cited))}
    return json.loads(json.dumps(turn))  # type: ignore[no-any-return]


async def last(stages: AsyncIterator[str | None]) -> str:
    """What is shown in the end."""
    return [shown async for shown in stages if shown is not None][-1]


def again(opening: Opening, data: object, who: str = "ann") -> str:
    return asyncio.run(last(flow.again(opening, data, who)))


# --- what it costs ----------------------------------------------------------------------------------------------


def test_a_forged_turn_reads_each_article_once_and_is_shown_in_the_workers(opening: Opening, shelf: Shelf) -> None:
    shown = again(opening, {"id": "c", "turns": [forged(200), forged(200), forged(100, "b.txt")]})
    assert shown.count('class="source"') == 500
    assert shelf.read == {"a.txt": 1, "b.txt": 1}
    assert shelf.threads == {"byline-answering"}


def test_what_is_shown_of_an_answer_grows_with_its_citations_and_not_with_their_square(opening: Opening) -> None:
    few, many = (len(again(opening, {"turns": [forged(count)]})) for count in (50, 200))
    assert many < 4.5 * few


def test_the_paragraph_of_a_quote_is_looked_for_beside_it_only() -> None:
    class Watched(str):
        sliced = 0

        def __getitem__(self, key: Any) -> str:
            part = str.__getitem__(self, key)
            self.sliced += len(part)
            return part

    text = Watched(LONG)
    start = LONG.rindex("harbour")
    before, quote, after = render.paragraph(text, Citation(1, "a", "a", None, None, "harbour", start, start + 7, 1))
    assert before.endswith("The ferry left the ")
    assert (quote, after) == ("harbour", " at noon.")
    assert text.sliced < 10 * render.CONTEXT


SIDES = st.builds(lambda part, times: part * times, st.text("ab \n", max_size=400), st.integers(0, 5))


@given(SIDES, st.text("ab", min_size=1, max_size=5), SIDES)
@example("a" + " " * 400, "b", " " * 400 + "a")
def test_beside_a_quote_stands_what_a_search_of_the_whole_text_finds(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    citation = Citation(1, "a", "a", None, None, quote, len(before), len(before) + len(quote), 1)
    behind, ahead = (re.split(r"\n[ \t]*\n", side) for side in (before, after))
    shown = render.paragraph(text, citation)
    assert shown[1] == quote
    for side, whole in ((shown[0], behind[-1].lstrip()), (shown[2], ahead[0].rstrip())):
        assert side == whole if len(whole) <= render.CONTEXT else "…" in side
        assert side.strip("… ") in whole


def test_only_so_much_of_the_articles_is_read_for_one_request() -> None:
    read: list[str] = []

    def text_of(path: str) -> str:
        read.append(path)
        return "x" * (answers.MOST_READ // 2)

    cited = [replace(made_answers.PAPER, path=f"{n}.txt") for n in range(5)]
    found = answers.paragraphs([replace(made_answers.ANSWER, citations=tuple(cited))], text_of)
    assert read == ["0.txt", "1.txt"]
    assert found[cited[4]] == ("", made_answers.PAPER.quote, "")


@pytest.mark.parametrize("name", [*MOST, "differences.values"])
def test_an_answer_with_more_than_any_has_is_shown_as_damaged_before_an_article_is_read(
    opening: Opening, shelf: Shelf, name: str
) -> None:
    turn = forged(1)
    if name == "differences.values":
        turn["answer"]["differences"] = [{"values": [None] * 11}]
    else:
        turn["answer"][name] = [None] * (MOST[name] + 1)
    assert "is damaged" in again(opening, {"turns": [turn]})
    assert not shelf.read


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("start", 10**500),
        ("end", -(10**500)),
        ("line", LARGEST + 1),
        ("line", float("nan")),
        ("page", float("inf")),
        ("path", "\ud800"),
        ("quote", "a\udfff"),
        ("\ud800", 1),
    ],
    ids=[
        "500 digits",
        "minus 500 digits",
        "2^53",
        "no number",
        "endless",
        "half a path",
        "half a quote",
        "half a name",
    ],
)
def test_a_turn_with_a_number_that_is_none_or_half_a_character_is_damaged(
    opening: Opening, field: str, value: object
) -> None:
    turn = forged(1)
    turn["answer"]["citations"][0][field] = value
    assert again(opening, {"turns": [turn, forged(1)]}).count("is damaged") == 1


def test_more_turns_than_a_page_asks_for_are_refused_and_nothing_is_read(opening: Opening, shelf: Shelf) -> None:
    shown = again(opening, {"id": "c", "turns": [forged(1)] * (flow.MOST_TURNS + 1)})
    assert 'data-problem="a conversation is opened' in shown
    assert len(shown) < 300
    assert not shelf.read


def test_what_is_too_long_to_be_a_conversation_is_not_parsed() -> None:
    sent = json.dumps({"id": "c", "turns": ["x" * 10_000_000]})
    assert flow.sent({"sent": sent}) is None
    with TestClient(create(Opening(lambda _: Assistant())), base_url=OURS) as client:
        body = {"data": [], "fn_index": 0, "session_hash": "x", "event_data": {"sent": sent}}
        refused = client.post("/gradio_api/queue/join", json=body)
    assert (refused.status_code, refused.json()) == (413, {"detail": "the request is longer than 2 MB: send less"})


def test_a_conversation_of_three_hundred_turns_is_shown_again_whole(seeds: Assistant) -> None:
    record = {"question": QUESTION, "answer": turns.kept(seeds.ask(QUESTION))}
    sent = flow.sent({"sent": json.dumps({"id": "c", "turns": [record] * 300})})
    shown = again(Opening.of(seeds), sent)
    assert shown.count('data-state="done"') == 300
    assert all(f'id="turn-{number}"' in shown for number in range(1, 301))
    assert "<mark>" in shown


def test_turns_are_shown_as_they_were_when_they_were_answered(seeds: Assistant) -> None:
    opening = Opening.of(seeds)
    first = asyncio.run(last(flow.replies(opening, {"question": QUESTION, "number": 7})))
    record = {"question": QUESTION, "answer": turns.kept(seeds.ask(QUESTION))}
    shown = again(opening, {"id": "c", "asked": "1-2", "first": 7, "turns": [record]})
    assert shown == f'<div data-of="c" data-asked="1-2">{first}</div>'


# --- whose turn it is, and for how long -------------------------------------------------------------------------


def test_conversations_to_be_shown_wait_for_their_turn_and_have_only_so_much_room(
    opening: Opening, shelf: Shelf
) -> None:
    opening.workers = Workers(size=1, room=2, room_each=1)
    shelf.go_on.clear()

    async def ask() -> list[str]:
        tasks = []
        for who in ("ann", "ann", "bob", "ann"):
            tasks.append(asyncio.create_task(last(flow.again(opening, {"turns": [forged(1)]}, who))))
            await asyncio.sleep(0.05)
        shelf.go_on.set()
        return await asyncio.gather(*tasks)

    shown = asyncio.run(ask())
    assert ["data-problem" in one for one in shown] == [False, False, False, True]
    assert "too many questions" in shown[3]


def test_a_conversation_that_takes_too_long_says_so_and_ends(
    opening: Opening, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = flow.done_within
    monkeypatch.setattr(flow, "done_within", lambda *given, **named: within(*given, seconds=0.1, **named))
    shelf.go_on.clear()
    shown = again(opening, {"turns": [forged(1), forged(1, "b.txt")]})
    assert "within 0 seconds" in shown
    shelf.go_on.set()
    opening.workers.put(lambda: None).future.result(20)
    assert shelf.read == {"a.txt": 1}


def test_a_turn_that_nobody_waits_for_is_not_made(opening: Opening, shelf: Shelf) -> None:
    async def leave() -> None:
        shelf.go_on.clear()
        turns_sent = [forged(1, f"{n}.txt") for n in range(20)]
        stages = flow.again(opening, {"turns": turns_sent}, "ann")
        asking = asyncio.ensure_future(last(stages))
        while not shelf.begun.is_set():
            await asyncio.sleep(0.01)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await stages.aclose()
        shelf.go_on.set()

    asyncio.run(leave())
    opening.workers.put(lambda: None).future.result(20)
    assert sum(shelf.read.values()) == 1


@dataclass
class Served:
    """A server, and a client that speaks as the page's script does."""

    server: Server
    client: httpx.Client

    def restore(self, *turns: dict[str, Any]) -> dict[str, Any]:
        """Asks for these turns to be shown again. Returns what names the event."""
        config = self.client.get("/config").json()
        event = next(one["id"] for one in config["dependencies"] if one["targets"][0][1] == "restore")
        sent = json.dumps({"id": "c", "turns": turns})
        body = {"data": [], "fn_index": event, "session_hash": "s", "event_data": {"sent": sent}}
        joined = self.client.post("/gradio_api/queue/join", json=body).json()
        return {"session_hash": "s", "fn_index": event, "event_id": joined["event_id"]}

    def stream(self) -> AbstractContextManager[httpx.Response]:
        return self.client.stream("GET", "/gradio_api/queue/data?session_hash=s")


@pytest.fixture
def served(opening: Opening) -> Iterator[Served]:
    opening.workers = Workers(size=1)
    server = start(opening)
    with httpx.Client(base_url=server.url, trust_env=False, timeout=20) as client:
        yield Served(server, client)
    server.close()


@pytest.mark.slow
@pytest.mark.parametrize("how", ["hangs up", "stops"])
def test_when_the_browser_goes_away_its_conversation_is_given_up(
    served: Served, opening: Opening, shelf: Shelf, how: str
) -> None:
    shelf.go_on.clear()
    event = served.restore(*(forged(1, f"{n}.txt") for n in range(200)))
    with served.stream() as stream:
        assert shelf.begun.wait(20)
        next(stream.iter_lines())
    if how == "stops":
        served.client.post("/gradio_api/cancel", json=event)
    threading.Event().wait(3)  # until Gradio has seen it
    shelf.go_on.set()
    opening.workers.put(lambda: None, "next").future.result(20)
    assert sum(shelf.read.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("reads", [True, False])
def test_what_a_page_does_not_read_is_not_kept_in_memory(
    served: Served, opening: Opening, monkeypatch: pytest.MonkeyPatch, reads: bool
) -> None:
    monkeypatch.setattr(blocks, "UNREAD", 0.5)
    served.restore(*(forged(200) for _ in range(5)))
    if reads:
        with served.stream() as stream:
            assert stream.read().decode().count("data-start") > 5 * 200
        return
    threading.Event().wait(2)
    assert opening.workers.waiting == 0
    kept = served.server._page._queue.pending_messages_per_session["s"]
    assert sum(len(kept.get_nowait().model_dump_json()) for _ in range(kept.qsize())) < 10_000


# --- whatever is sent -------------------------------------------------------------------------------------------

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**500, -(10**500), 2**63, "\ud800", "a\udfffb", "\x00", "9" * 500, "{" * 300])
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=20)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
RECORD = {"question": made_answers.DIFFERING.question, "answer": turns.kept(made_answers.DIFFERING)}
ASKED = {
    "asked": "1-2",
    "number": 1,
    "question": "How many crew members stopped work?",
    "history": [RECORD],
    "limits": {"since": "2021", "until": "", "outlet": ""},
}
KEPT = {"id": "c", "first": 1, "turns": [RECORD, RECORD]}
ASKED_OF_THE_API = {"question": "How many?", "history": [RECORD], "since": "2021", "words": 20, "outlet": ["x"]}
WRONG = {"question": "Who?", "answer": RECORD["answer"], "history": [RECORD], "expected": "she", "abstain": False}


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that a JSON value holds."""
    yield way
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*way, step))


def changed(value: Any, way: tuple[Any, ...], put: Any) -> Any:
    """A copy in which something else stands there."""
    if not way:
        return put
    copy = value.copy()
    copy[way[0]] = changed(copy[way[0]], way[1:], put)
    return copy


def mutated(sound: dict[str, Any]) -> st.SearchStrategy[Any]:
    """What is like `sound` but for one or two places, and what is nothing like it."""
    sound = json.loads(json.dumps(sound))
    anywhere = st.sampled_from(list(places(sound)))
    once = st.builds(lambda way, put: changed(sound, way, put), anywhere, VALUES)
    more = st.builds(lambda key, put: {**sound, key: put}, st.text(st.characters(exclude_categories=())), VALUES)
    return once | more | VALUES


MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def over_seeds(seeds: Assistant) -> Iterator[Opening]:
    opening = Opening.of(seeds)
    yield opening
    opening.workers.close()


@pytest.fixture(scope="module")
def client(over_seeds: Opening, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        with TestClient(create(over_seeds), base_url=OURS, raise_server_exceptions=False) as client:
            yield client


def shown_whole(html: str, sent: object) -> None:
    """It can be written down, is no mistake of the program's own, and is in proportion to what was sent."""
    html.encode()
    assert "something went wrong" not in html
    assert "Traceback" not in html
    assert len(html) < 40 * len(json.dumps(sent)) + 60_000


@MANY
@given(mutated(KEPT))
def test_whatever_is_to_be_shown_again_is_shown_or_said_to_be_damaged(over_seeds: Opening, data: Any) -> None:
    shown_whole(again(over_seeds, flow.sent({"sent": json.dumps(data)})), data)
    assert flow.sent(data) is None or isinstance(data, dict)


@MANY
@given(mutated(ASKED))
def test_whatever_is_asked_of_the_page_is_answered_or_refused_in_one_line(over_seeds: Opening, data: Any) -> None:
    sent = flow.sent({"sent": json.dumps(data)})
    shown_whole(asyncio.run(last(flow.replies(over_seeds, sent))), data)


@MANY
@given(st.sampled_from([("/api/ask", ASKED_OF_THE_API), ("/api/wrong", WRONG)]), st.data())
def test_whatever_is_asked_of_the_api_is_answered_or_refused_in_one_line(
    client: TestClient, route: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    path, sound = route
    body = data.draw(mutated(sound))
    response = client.post(path, content=json.dumps(body), headers={"content-type": "application/json"})
    assert response.status_code < 500
    if response.status_code >= 400:
        assert "\n" not in response.json()["detail"]
        assert len(response.text) < 1_000


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"question": 10**499}, "question: Input should be a valid string"),
        ({"question": "How many \ud800?"}, "question: Input should be a valid string, unable to parse"),
        ({"limits": {"since": 10**499}}, "since: Input should be a valid string"),
        ({"limits": {"outlet": "\ud800"}}, "outlet"),
        ({"limits": {"until": "9" * 500}}, "is no date"),
        ({"history": [{"question": "\ud800", "answer": RECORD["answer"]}]}, "turn 1"),
        ({"history": [{"question": "q", "answer": {**made_answers.ANSWER.to_dict(), "text": "\ud800"}}]}, "turn 1"),
        (
            {"history": [{"question": "q", "answer": {**made_answers.ANSWER.to_dict(), "confidence": 10**499}}]},
            "turn 1",
        ),
        ({"history": "x"}, "history: Input should be a valid list"),
        ({"question": "x" * 20_000}, "question: String should have at most 10,000"),
    ],
)
def test_the_page_refuses_what_the_api_refuses_in_the_same_words(
    client: TestClient, over_seeds: Opening, change: dict[str, Any], said: str
) -> None:
    shown = asyncio.run(last(flow.replies(over_seeds, flow.sent({"sent": json.dumps({**ASKED, **change})}))))
    asked = {**{"question": "How many?", **change}, **change.get("limits", {})}
    asked.pop("limits", None)
    response = client.post("/api/ask", content=json.dumps(asked), headers={"content-type": "application/json"})
    told = response.json()["detail"]
    assert 400 <= response.status_code < 500
    assert said.replace("10,000", "10000") in told
    assert render.safe(told) in shown
