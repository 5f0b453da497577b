"""Attacks on a server, and honest people beside them: `python -m benchmarks.servers.hostile_client [--only NAME]`.

Starts `byline chat` with passwords over a folder of the seeds and one long article. Three honest people ask, read and
look at the collection, first undisturbed, then during each attack. Attackers are another process and come from other
loopback addresses; some have a password (an insider), some have none. Printed for each attack: what it got, the 95th
percentile of the honest people in times of the undisturbed one (all quiet spells together), and what memory and disk
grew by.

Exits 1 where an honest request failed, a 95th percentile is above AT_MOST times the undisturbed one, an attack got an
answer that it should not, memory or disk grew beyond their bounds. All of it is on loopback, bounded, and ends by
itself.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median, quantiles
from time import monotonic
from typing import Any

import httpx

from benchmarks.servers.server import Server, disk, resident, serving
from ui.server.users import line_for

SECONDS = 10.0
"""Of each attack, and half as much of quiet before it."""
AT_MOST = 3.0
"""Times the undisturbed 95th percentile."""
BEFORE = 2.0
"""Seconds that an attack has gone on before honest people are timed: its process has to start."""
PATIENCE = 30.0
"""Seconds that an honest person waits."""
MEMORY, DISK = 700.0, 600.0
"""MB that the server's memory, that of its processes included, and the folders may grow by in the whole run: what
indexes starts with the first change and has a model of its own, 280 MB; uploads are 8 MB of text in all, and an
article's share of the index may be 40 times its text."""
SEEDS = Path(__file__).resolve().parents[2] / "seeds"
HONEST = (("ann", "127.0.0.2"), ("ben", "127.0.0.3"), ("cas", "127.0.0.4"))
INSIDER, LATE = "eve", "dan"
"""Who has a password and attacks with it, and who comes in for the first time during the attacks."""
EVIL = "127.0.0.9"
MANY_EVIL = tuple(f"127.0.9.{number}" for number in range(1, 21))
"""Attackers that have many addresses."""
ASKED = ("How many US troops remain in Iraq?", "When did combat end?", "Who announced it?", "What happened in Iraq?")
LONG = "long.txt"


@dataclass(slots=True)
class Spell:
    """What honest people met in a spell of time."""

    taken: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def p95(self) -> float:
        """Seconds."""
        return quantiles(self.taken, n=20, method="inclusive")[18] if len(self.taken) > 1 else PATIENCE


@dataclass(frozen=True, slots=True)
class Under:
    """One attack and what came of it."""

    name: str
    spell: Spell
    got: dict[str, int]
    """How often the attackers got each status, or "cut" where the connection was ended."""
    wrong: tuple[str, ...]
    """What they got and should not have."""
    memory: float
    disk: float
    """MB that the server had more at the end than at the start of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """All of it."""

    quiet: Spell
    """All quiet spells together."""
    seen: list[Under]
    memory: float
    disk: float
    """MB that the server's memory and its folders had more at the end."""


@dataclass(slots=True)
class World:
    """The server and who is there, as one process sees it."""

    url: str
    passwords: dict[str, str]
    events: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Gradio's number and component of each of the page's events."""
    got: Counter[str] = field(default_factory=Counter)
    """How often each status came, or "cut"."""
    wrong: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The server's port on loopback."""
        return int(self.url.rsplit(":", 1)[1])

    def client(self, address: str, name: str = "", password: str = "", **headers: str) -> httpx.AsyncClient:
        """A client from a loopback address, with a name and its password where a name is given."""
        transport = httpx.AsyncHTTPTransport(local_address=address, limits=httpx.Limits(max_connections=None))
        auth = (name, password or self.passwords.get(name, "")) if name else None
        return httpx.AsyncClient(base_url=self.url, transport=transport, auth=auth, timeout=PATIENCE, headers=headers)

    async def learn(self) -> None:
        """Asks for the page's events, as its script does."""
        async with self.client(HONEST[0][1], HONEST[0][0]) as client:
            for one in (await client.get("/config")).json()["dependencies"]:
                for component, event in one["targets"]:
                    self.events[event] = one["id"], component or 0

    async def send(self, work: Awaitable[httpx.Response], never: tuple[int, ...] = ()) -> httpx.Response | None:
        """What an attacker sends; what came is counted, and told as wrong where it is one of `never` or a 500."""
        try:
            answer = await work
        except (httpx.HTTPError, OSError):
            self.got["cut"] += 1
            return None
        self.got[str(answer.status_code)] += 1
        if answer.status_code in (*never, 500):
            self.wrong.append(f"{answer.request.method} {answer.request.url.path} got {answer.status_code}")
        return answer

    async def event(self, client: httpx.AsyncClient, name: str, data: object) -> None:
        """An event of the page, and its stream to the end; `data` that is a text is JSON already."""
        session = secrets.token_hex(6)
        number, component = self.events[name]
        body = {
            "data": [],
            "fn_index": number,
            "session_hash": session,
            "trigger_id": component,
            "event_data": {"sent": data if isinstance(data, str) else json.dumps(data)},
        }
        if not await self.send(client.post("/gradio_api/queue/join", json=body)):
            return
        with suppress(httpx.HTTPError):
            async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
                async for line in stream.aiter_lines():
                    if "process_completed" in line:
                        return


# --- honest people ------------------------------------------------------------------------------------


async def honest(world: World, spell: Spell, seconds: float) -> None:
    """Three people for so long."""
    async with asyncio.TaskGroup() as group:
        for number, (name, address) in enumerate(HONEST):
            group.create_task(_person(world, name, address, spell, seconds, number))


async def _person(world: World, name: str, address: str, spell: Spell, seconds: float, first: int) -> None:
    until = monotonic() + seconds
    async with world.client(address, name) as client:
        for number in itertools.count(first):
            if monotonic() > until:
                return
            began = monotonic()
            try:
                answer = await _one(client, number)
                if answer.status_code != 200:
                    spell.errors[f"{answer.request.url.path} {answer.status_code}"] += 1
            except httpx.HTTPError as error:
                spell.errors[type(error).__name__] += 1
            spell.taken.append(monotonic() - began)
            await asyncio.sleep(0.1)


async def _one(client: httpx.AsyncClient, number: int) -> httpx.Response:
    if number % 4 == 0:
        return await client.get("/")
    if number % 4 == 1:
        return await client.get("/api/collection/articles")
    return await client.post("/api/ask", json={"question": ASKED[number % len(ASKED)]})


# --- attacks: each goes on until it is cancelled ---------------------------------------------------------


def _forged(citations: int, claims: int = 1) -> dict[str, Any]:
    """An answer that nobody gave, whose citations lie near the end of the long article."""
    cited = [
        {
            "number": number,
            "path": LONG,
            "title": "T",
            "outlet": None,
            "published": None,
            "quote": "x",
            "start": 990_000 + number,
            "end": 990_001 + number,
            "account": 1,
        }
        for number in range(1, citations + 1)
    ]
    said = [{"text": "x", "citations": list(range(1, citations + 1))} for _ in range(claims)]
    return {
        "question": "q",
        "understood_as": "q",
        "text": "x",
        "claims": said,
        "citations": cited,
        "abstained": False,
    }


async def restores(world: World) -> None:
    """Conversations to be shown again that name 200 and 400 citations near the end of a long article."""
    async with world.client(EVIL, INSIDER) as client:
        turn = {"question": "q", "answer": _forged(200)}
        long = {"question": "q", "answer": _forged(400, 10)}
        several = [json.dumps({"id": "a", "turns": turns}) for turns in ([turn], [long], [turn] * 30, [long] * 300)]
        for data in itertools.cycle(several):
            await asyncio.gather(*(world.event(client, "restore", data) for _ in range(2)))
            await asyncio.sleep(0.2)


async def histories(world: World) -> None:
    """Questions and reports of wrong answers with forged conversations."""
    turn = {"question": "q", "answer": _forged(300)}
    async with world.client(EVIL, INSIDER) as client:
        for number in itertools.count():
            history = [turn] * (8 if number % 2 else 100)
            await world.send(client.post("/api/ask", json={"question": "And then?", "history": history}))
            wrong = {"question": f"q{number}", "answer": _forged(300), "history": history}
            await world.send(client.post("/api/wrong", json=wrong))
            await asyncio.sleep(0.2)


async def odd_values(world: World) -> None:
    """Numbers of 500 digits, half characters, deep nesting."""
    bodies = (
        b'{"question": "\\ud800 what?"}',
        b'{"question": "x", "words": ' + b"9" * 500 + b"}",
        b'{"question": "x", "history": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"question": "x", "history": [{"question": "\\udfff", "answer": {"confidence": ' + b"9" * 500 + b"}}]}",
        json.dumps({"question": "How much is " + "9" * 500 + "?"}).encode(),
    )
    async with world.client(EVIL, INSIDER) as client:
        for number in itertools.count():
            body = bodies[number % len(bodies)]
            await world.send(
                client.post("/api/ask", content=body, headers={"content-type": "application/json"}), (500,)
            )
            forged = {"id": "a", "turns": [{"question": "\ud800", "answer": {"confidence": 10**500}}]}
            await world.event(client, "restore", forged)
            await world.event(client, "ask", {"question": "\ud800 " + "7" * 500, "number": 10**400, "asked": "a"})
            await asyncio.sleep(0.1)


async def uploads(world: World) -> None:
    """Files that cost more to index than others of their size, at most eight of 1 MB."""
    async with world.client(EVIL, INSIDER) as client:
        for number in range(8):
            name, content = _costly(number)
            await world.send(_upload(client, name, content))
            await asyncio.sleep(0.5)
        while True:
            await asyncio.sleep(1)


def _costly(number: int) -> tuple[str, bytes]:
    if number % 4 == 1:
        deep = b'{"@graph":[' * 40_000 + b"]}" * 40_000
        return f"deep{number}.html", b'<html><script type="application/ld+json">' + deep + b"</script><p>x</p></html>"
    if number % 4 == 2:
        items = b",".join(b'{"@type":"Thing","name":"a%d"}' % one for one in range(30_000))
        script = b'<script type="application/ld+json">[' + items + b"]</script>"
        return f"wide{number}.html", b"<html>" + script + b"<p>text</p></html>"
    if number % 4 == 3:
        return f"words{number}.txt", b"\n\n".join(b"word%d" % one for one in range(100_000))
    return f"lines{number}.txt", b"%d\n" % number + b"a\n" * 500_000


def _upload(client: httpx.AsyncClient, name: str, content: bytes) -> Awaitable[httpx.Response]:
    headers = {"content-type": "application/octet-stream"}
    return client.post("/api/articles", params={"name": name}, content=content, headers=headers)


async def many_uploads(world: World) -> None:
    """Small files, as fast as they are taken, at most 400."""
    async with world.client(EVIL, INSIDER) as client:
        for number in range(400):
            await world.send(_upload(client, f"small{number}.txt", f"Small {number}\n\nIt is {number}.".encode()))
            await asyncio.sleep(0.02)
        while True:
            await asyncio.sleep(1)


async def slow_uploads(world: World) -> None:
    """Thirty bodies at a byte a second, while an honest person adds a file."""

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(1)

    async def slow(number: int) -> None:
        async with world.client(EVIL, INSIDER) as client:
            headers = {"content-type": "application/octet-stream"}
            for again in itertools.count():
                name = f"slow{number}-{again}.txt"
                await world.send(client.post("/api/articles", params={"name": name}, content=drip(), headers=headers))
                await asyncio.sleep(1)

    async def adds() -> None:
        async with world.client(HONEST[1][1], HONEST[1][0]) as client:
            await asyncio.sleep(2)
            for number in itertools.count():
                added = await _upload(client, f"honest{secrets.token_hex(4)}.txt", f"Honest {number}".encode())
                if added.status_code != 201:
                    world.wrong.append(f"an honest upload got {added.status_code}")
                await asyncio.sleep(4)

    await asyncio.gather(adds(), *(slow(number) for number in range(30)))


async def slow_headers(world: World) -> None:
    """Two hundred requests whose headers never end."""
    await asyncio.gather(*(_dripping(world, EVIL, b"GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(200)))


async def _dripping(world: World, address: str, first: bytes) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", world.port, local_addr=(address, 0))
        except OSError:
            world.got["refused"] += 1
            await asyncio.sleep(0.5)
            continue
        try:
            writer.write(first)
            while not writer.is_closing():
                writer.write(b"X-A: b\r\n")
                await writer.drain()
                await asyncio.sleep(1)
        except OSError:
            world.got["cut"] += 1
        finally:
            writer.close()
        await asyncio.sleep(0.5)


async def idle(world: World) -> None:
    """A thousand connections from one address that say nothing."""
    await _idle(world, [EVIL] * 1_000)


async def idle_from_many(world: World) -> None:
    """A thousand connections from twenty addresses that say nothing."""
    await _idle(world, [*MANY_EVIL] * 50)


async def _idle(world: World, addresses: list[str]) -> None:
    async with _all_connected(world, addresses) as readers:
        ended = asyncio.gather(*(reader.read() for reader in readers), return_exceptions=True)
        try:
            await ended
        finally:
            world.got["cut"] += sum(reader.at_eof() for reader in readers)
        while True:
            await asyncio.sleep(1)


@asynccontextmanager
async def _all_connected(world: World, addresses: list[str]) -> AsyncIterator[list[asyncio.StreamReader]]:
    opened = []
    try:
        for address in addresses:
            with suppress(OSError):
                opened.append(await asyncio.open_connection("127.0.0.1", world.port, local_addr=(address, 0)))
        yield [reader for reader, _ in opened]
    finally:
        for _, writer in opened:
            writer.close()


async def slow_readers(world: World) -> None:
    """A hundred who ask for all that there is, over and over, and never read it."""
    basic = httpx.BasicAuth(INSIDER, world.passwords[INSIDER])._auth_header
    ask = f"GET /api/article?path={LONG} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {basic}\r\n\r\n".encode()

    async def one() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", world.port, local_addr=(EVIL, 0), limit=1)
        try:
            writer.write(ask * 3)
            await asyncio.sleep(3_600)
        finally:
            writer.transport.abort()

    await asyncio.gather(*(one() for _ in range(100)), return_exceptions=True)


async def guesses(world: World) -> None:
    """Sixty wrong passwords at once, over and over, and somebody who comes in for the first time beside them."""
    await asyncio.gather(_guessing(world, [EVIL], INSIDER), _comes_in(world))


async def guesses_from_many(world: World) -> None:
    """The same from twenty addresses, for one name."""
    await asyncio.gather(_guessing(world, list(MANY_EVIL), HONEST[0][0]), _comes_in(world))


async def forwarded(world: World) -> None:
    """Wrong passwords with another X-Forwarded-For each; a few are answered 401, the others 429."""

    async def guess(number: int) -> None:
        address = f"10.0.{number % 250}.{number % 199}"
        async with world.client("127.0.9.77", INSIDER, f"wrong{number}", **{"x-forwarded-for": address}) as client:
            await world.send(client.get("/api/status"))

    before = world.got["401"]
    for number in itertools.count():
        await asyncio.gather(*(guess(20 * number + one) for one in range(20)))
        if world.got["401"] - before > 10:
            world.wrong.append(f"{world.got['401'] - before} guesses were checked under forged addresses")
        await asyncio.sleep(0.5)


async def _guessing(world: World, addresses: list[str], name: str) -> None:
    clients = [world.client(address) for address in addresses]
    for number in itertools.count():
        work = [
            world.send(
                clients[one % len(clients)].get("/api/status", auth=(name, f"wrong-{number}-{one}")), never=(200,)
            )
            for one in range(60)
        ]
        await asyncio.gather(*work)
        await asyncio.sleep(0.5)


async def _comes_in(world: World) -> None:
    await asyncio.sleep(1)
    async with world.client("127.0.0.5", LATE) as client:
        began = monotonic()
        answer = await client.get("/api/status")
        took = monotonic() - began
    if answer.status_code != 200 or took > 3:
        world.wrong.append(f"a first login got {answer.status_code} after {took:.1f} s")


async def strangers_streams(world: World) -> None:
    """Another's stream, by its session hash: neither heard nor ended."""
    name, address = HONEST[0]
    number, component = world.events["ask"]
    async with world.client(address, name) as honest_one, world.client(EVIL, INSIDER) as evil:
        for _ in itertools.count():
            session = secrets.token_hex(6)
            asked = {"sent": json.dumps({"question": ASKED[0], "asked": "a1", "number": 1})}
            body = {"data": [], "fn_index": number, "session_hash": session, "trigger_id": component}
            await honest_one.post("/gradio_api/queue/join", json={**body, "event_data": asked})
            with suppress(httpx.HTTPError):
                async with evil.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as heard:
                    world.got[str(heard.status_code)] += 1
                    if heard.status_code == 200:
                        world.wrong.append("another's stream was heard")
            await world.send(evil.post("/gradio_api/queue/join", json={**body, "event_data": asked}), (200,))
            await asyncio.sleep(0.5)


async def many_questions(world: World) -> None:
    """One person's hundred questions at once, each of another page."""
    async with world.client(EVIL, INSIDER) as client:
        while True:
            asks = (
                world.event(client, "ask", {"question": f"{ASKED[one % 4]} {one}", "asked": "a", "number": 1})
                for one in range(50)
            )
            plain = (
                world.send(client.post("/api/ask", json={"question": f"{ASKED[one % 4]} {one}"})) for one in range(50)
            )
            await asyncio.gather(*asks, *plain)
            await asyncio.sleep(0.5)


async def health(world: World) -> None:
    """Whether it is well, a hundred times a second, without a password; and everything else without one."""
    async with world.client(EVIL) as client:
        for number in itertools.count():
            await world.send(client.get(("/healthz", "/readyz")[number % 2]))
            if number % 20 == 0:
                for path in ("/", "/config", "/api/status", "/gradio_api/info", "/docs"):
                    await world.send(client.get(path), never=(200,))
            await asyncio.sleep(0.01)


async def looks(world: World) -> None:
    """Mentions of a letter, and pictures of all widths, ten a second."""
    async with world.client(EVIL, INSIDER) as client:
        for number in itertools.count():
            await world.send(
                client.get("/api/collection/mentions", params={"phrase": "the", "page": 1 + number % 50})
            )
            await world.send(client.get("/api/collection/picture", params={"width": 20 * (1 + number % 400)}))
            await asyncio.sleep(0.1)


ATTACKS: tuple[Callable[[World], Awaitable[None]], ...] = (
    restores,
    histories,
    odd_values,
    uploads,
    many_uploads,
    slow_uploads,
    slow_headers,
    idle,
    idle_from_many,
    slow_readers,
    guesses,
    guesses_from_many,
    forwarded,
    strangers_streams,
    many_questions,
    health,
    looks,
)


# --- all of it -------------------------------------------------------------------------------------------


@contextmanager
def world_in(work: Path) -> Iterator[tuple[World, Server]]:
    """A server with passwords over the seeds and a long article in the work folder."""
    articles = work / "articles"
    articles.mkdir()
    texts = [file.read_text("utf-8") for file in sorted(SEEDS.glob("*.txt"))]
    for number, text in enumerate(texts):
        (articles / f"seed{number}.txt").write_text(text, encoding="utf-8")
    lines = [line for text in texts for line in text.splitlines() if len(line) > 40]
    chosen = random.Random(18)
    long = "\n\n".join(chosen.choice(lines) for _ in range(1_000_000 // 180))
    (articles / LONG).write_text("A long report\n\n" + long[:999_000], encoding="utf-8")
    passwords = {name: secrets.token_hex(8) for name in (*(name for name, _ in HONEST), INSIDER, LATE)}
    users = work / "users.txt"
    users.write_text("".join(line_for(name, password) + "\n" for name, password in passwords.items()))
    users.chmod(0o600)
    with serving(articles, work / "index", ["--auth", str(users)], data=work / "data") as server:
        yield World(server.url, passwords), server


async def _undisturbed(world: World, seconds: float) -> Spell:
    spell = Spell()
    await honest(world, spell, seconds)
    return spell


def _attack(name: str, world: World, seconds: float, told: Connection) -> None:
    """One attack for so long, in a process of its own; what it got is told at its end."""

    async def bounded() -> None:
        attack = next(one for one in ATTACKS if one.__name__ == name)
        with suppress(TimeoutError):
            await asyncio.wait_for(attack(world), seconds)

    try:
        asyncio.run(bounded())
    except Exception as error:  # noqa: BLE001 - the report says so
        world.wrong.append(f"the attack ended by itself: {error!r}"[:200])
    told.send((dict(world.got), world.wrong))


async def _under(world: World, server: Server, work: Path, name: str, seconds: float) -> Under:
    """Honest people during one attack."""
    before = resident(server.pid), disk(work)
    hears, tells = get_context("spawn").Pipe(duplex=False)
    attacking = get_context("spawn").Process(target=_attack, args=(name, world, seconds + BEFORE, tells), daemon=True)
    attacking.start()
    await asyncio.sleep(BEFORE)
    spell = await _undisturbed(world, seconds)
    got, wrong = (
        await asyncio.to_thread(hears.recv) if await asyncio.to_thread(hears.poll, PATIENCE) else ({}, ["hung"])
    )
    attacking.join(5)
    attacking.kill()
    counted = tuple(f"{count} x {what}" for what, count in Counter(wrong).items())
    title = name.replace("_", " ")
    return Under(title, spell, got, counted, resident(server.pid) - before[0], disk(work) - before[1])


async def attacked(world: World, server: Server, work: Path, seconds: float, only: str = "") -> Found:
    """Everything, one attack after the other."""
    await world.learn()
    quiet = await _undisturbed(world, 2)  # everybody is let in, and everything loaded
    quiet = Spell()
    start = resident(server.pid), disk(work)
    seen = []
    for attack in ATTACKS:
        if only and only != attack.__name__:
            continue
        spell = await _undisturbed(world, seconds / 2)
        quiet.taken += spell.taken
        quiet.errors += spell.errors
        seen.append(await _under(world, server, work, attack.__name__, seconds))
        print(f"{seen[-1].name}: {1000 * seen[-1].spell.p95:.0f} ms", file=sys.stderr, flush=True)
        await _quiet_again(world)
    return Found(quiet, seen, resident(server.pid) - start[0], disk(work) - start[1])


async def _quiet_again(world: World) -> None:
    """Waits until what the attack left to be indexed is done, for a minute at most."""
    async with world.client(HONEST[0][1], HONEST[0][0]) as client:
        for _ in range(60):
            await asyncio.sleep(1)
            with suppress(httpx.HTTPError):
                if not (await client.get("/api/status")).json()["doing"]:
                    return


def problems(all: Found) -> list[str]:
    """What did not hold, a line each."""
    quiet = all.quiet
    found = [f"undisturbed: {quiet.errors}"] if quiet.errors else []
    for one in all.seen:
        found += [f"{one.name}: honest people got {dict(one.spell.errors)}"] if one.spell.errors else []
        found += [f"{one.name}: {what}" for what in one.wrong]
        if one.spell.p95 > AT_MOST * quiet.p95:
            found.append(f"{one.name}: 95th percentile {one.spell.p95 / quiet.p95:.1f} times the undisturbed one")
    found += [f"memory grew by {all.memory:.0f} MB"] if all.memory > MEMORY else []
    return found + ([f"disk grew by {all.disk:.0f} MB"] if all.disk > DISK else [])


def report(all: Found) -> str:
    """The figures as Markdown."""
    quiet = all.quiet
    lines = [
        f"Undisturbed: median {1000 * median(quiet.taken):.0f} ms, 95th percentile {1000 * quiet.p95:.0f} ms of "
        f"{len(quiet.taken):,} requests. In all memory grew by {all.memory:.0f} MB, the disk by {all.disk:.0f} MB.",
        "",
        "| attack | honest p95 (times undisturbed) | the attackers got | memory, disk (MB) |",
        "|---|---|---|---|",
    ]
    for one in all.seen:
        got = ", ".join(f"{count} x {what}" for what, count in sorted(one.got.items())) or "nothing"
        p95 = f"{1000 * one.spell.p95:.0f} ms ({one.spell.p95 / quiet.p95:.1f})"
        lines.append(f"| {one.name} | {p95} | {got} | {one.memory:+.0f}, {one.disk:+.0f} |")
    found = problems(all)
    return "\n".join([*lines, "", "Problems: " + ("; ".join(found) or "none")])


def main() -> None:
    """Reads the command line, attacks and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each attack")
    parser.add_argument("--only", default="", choices=["", *(attack.__name__ for attack in ATTACKS)])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, world_in(Path(work)) as (world, server):
        found = asyncio.run(attacked(world, server, Path(work), given.seconds, given.only))
        log = list(server.log)
    print(report(found))
    if problems(found):
        print("The server's log, its last lines:", *log[-20:], sep="\n  ", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
