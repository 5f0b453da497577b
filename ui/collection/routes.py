"""What the tab of the articles asks the server: lists as JSON, files to add, wrong answers to note."""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import ClientDisconnect

from index.catalog.listing import Wish
from index.errors import BylineError
from index.readers import READERS, RECORDS
from index.readers.files import MAX_BYTES
from index.search.mentions import LONGEST, PhraseError
from ui.collection.drafts import Drafted, append, cited, draft, drafts_file
from ui.collection.held import Held
from ui.collection.intake import Intake
from ui.collection.names import safe_name, shown
from ui.collection.refusal import RefusedError
from ui.collection.uploads import MOST_FILES, store, too_large
from ui.render import one_line
from ui.server.asking import HistoryError, Wanted, done_within, history_from, last
from ui.server.who import who_of

if TYPE_CHECKING:
    from ui.server.opening import Opening

Number = Annotated[int, Query(ge=1, le=1_000_000)]
Day = Annotated[str | None, Query(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
BYTES = "application/octet-stream"
"""What a file is sent as: no other site's form can send that without asking first."""
log = logging.getLogger("byline.uploads")


class Names(BaseModel):
    """Files that were added."""

    model_config = ConfigDict(extra="forbid")
    names: Annotated[list[Annotated[str, Field(max_length=1_000)]], Field(max_length=MOST_FILES)]


class Wrong(BaseModel):
    """An answer that is wrong, and what would be right, where that is known."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[str, Field(max_length=10_000)]
    answer: dict[str, Any]
    history: Annotated[list[dict[str, Any]], Field(max_length=100)] = []
    expected: Annotated[str, Field(max_length=10_000, description="What would be right; empty: nobody said.")] = ""
    abstain: Annotated[bool, Field(description="The articles do not answer the question.")] = False


def routes(opening: Opening, upload: bool = True, drafts: Path | None = None) -> APIRouter:
    """The routes of the tab; with `upload` False nothing is written into the articles folder.

    Wrong answers are drafted into `drafts`, else into a file in the user's data folder.
    """
    router = APIRouter(prefix="/api", tags=["articles"])
    held = Held(opening)
    _lists(router, opening, held, upload)
    _adding(router, opening, held, upload)
    _wrong(router, opening, held, drafts)
    return router


def _lists(router: APIRouter, opening: Opening, held: Held, upload: bool) -> None:
    @router.get("/collection")
    def collection() -> dict[str, Any]:
        """What the index holds, what goes on, and which files may be added."""
        takes = {"allowed": upload, "types": [*READERS, *RECORDS], "bytes": MAX_BYTES, "files": MOST_FILES}
        return {**held.state(), "upload": takes}

    @router.get("/collection/articles")
    def articles(
        text: Annotated[str, Query(max_length=200)] = "",
        sort: Literal["date", "title", "outlet"] = "date",
        order: Literal["asc", "desc"] = "desc",
        since: Day = None,
        until: Day = None,
        undated: bool = False,
        page: Number = 1,
    ) -> dict[str, Any]:
        """A page of the articles."""
        return held.articles(Wish(text, sort, order == "desc", since, until, undated), page)

    @router.get("/collection/failures")
    def failures(text: Annotated[str, Query(max_length=200)] = "", page: Number = 1) -> dict[str, Any]:
        """A page of the files that could not be read, each with the reason."""
        return held.failures(text, page)

    @router.get("/collection/mentions")
    def mentions(phrase: Annotated[str, Query(max_length=2 * LONGEST)], page: Number = 1) -> JSONResponse:
        """Every mention of a word or a phrase with the words around it, the newest article first."""
        with _refusals(opening):
            return JSONResponse(held.mentions(phrase, page))

    @router.get("/collection/picture")
    def picture(width: Annotated[int, Query(ge=1, le=10_000)] = 960) -> JSONResponse:
        """The articles over time as SVG, and its legend."""
        return JSONResponse(held.picture(width))


def _adding(router: APIRouter, opening: Opening, held: Held, upload: bool) -> None:
    intake = Intake(opening)

    @router.post("/articles", status_code=201)
    async def add(request: Request, name: Annotated[str, Query(max_length=2_000)]) -> JSONResponse:
        """Puts a file, the body, into the articles folder under a safe name; 200 where it is there already."""
        who = who_of(request.scope)
        with _refusals(opening), _logged(who):
            size = _promised(request, name, upload)
            folder = opening.get(0).settings.folder
            with intake.place(who, size) as coming:
                await intake.check_room()
                stored = await store(folder, name, intake.counted(coming, _body(request)), held.same_file)
                intake.stored(coming, stored)
        return JSONResponse({"name": stored.name, "new": stored.new}, 201 if stored.new else 200)

    @router.post("/articles/progress")
    def progress(added: Names) -> dict[str, Any]:
        """How far files that were added have come on their way into the index."""
        return held.progress(added.names)


def _promised(request: Request, name: str, upload: bool) -> int | None:
    """How long the file is said to be; None where that is not told.

    Raises RefusedError for what is known to be refused before its bytes are read.
    """
    if not upload:
        raise RefusedError(403, "files cannot be added here: Byline was started without that")
    if request.headers.get("content-type", "") != BYTES:
        raise RefusedError(415, f"send the file as the body, with content-type {BYTES}")
    safe_name(name)
    told = request.headers.get("content-length", "")
    if not told.isdecimal():
        return None
    if int(told) > MAX_BYTES:
        raise too_large(shown(name))
    return int(told)


@contextmanager
def _logged(who: str) -> Iterator[None]:
    """A line for each file that is not taken."""
    try:
        yield
    except RefusedError as error:
        log.warning("a file of %s was not taken: %s", who, error)
        raise


async def _body(request: Request) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except ClientDisconnect as error:
        raise RefusedError(400, "the file did not arrive as a whole") from error


def _wrong(router: APIRouter, opening: Opening, held: Held, drafts: Path | None) -> None:
    @router.post("/wrong", status_code=201)
    async def wrong(told: Wrong, request: Request) -> JSONResponse:
        """Drafts a fact for the eval suite, which a person has to finish; 200 where it was drafted before."""
        who = who_of(request.scope)

        def work(wanted: Wanted) -> Drafted:
            settings = opening.get(0).settings
            return append(drafts or drafts_file(settings), _draft(told, held), who)

        with _refusals(opening):
            made = await last(done_within(opening, work, who=who))
        if made.new:
            folder = opening.get(0).settings.folder
            command = f"byline eval --articles {folder} --facts {made.file}"
            print(
                one_line(f"byline: a wrong answer was drafted: finish {made.file}, then {command}"), file=sys.stderr
            )
        about = {"id": made.id, "drafts": made.drafts, "new": made.new, "saved_to": made.file.name}
        return JSONResponse(about, 201 if made.new else 200)


def _draft(told: Wrong, held: Held) -> dict[str, Any]:
    """The fact, of what can be trusted: nothing that was sent has to be what Byline said."""
    history = history_from(told.history)
    try:
        ((_, answer),) = history_from([{"question": told.question[:1_000], "answer": told.answer}])
    except HistoryError as error:
        raise RefusedError(422, "that is no answer of Byline's: send it as it was given") from error
    paths = cited(answer)
    known = {row[0] for row in held.database.rows_in("SELECT path FROM articles WHERE path IN", paths)}
    return draft(
        told.question, history, answer, told.expected, told.abstain, [path for path in paths if path in known]
    )


@contextmanager
def _refusals(opening: Opening) -> Iterator[None]:
    """Refusals become their statuses; other errors of Byline's are told as everywhere."""
    try:
        yield
    except BylineError as error:
        if isinstance(error, RefusedError):
            status = error.status
        elif isinstance(error, PhraseError):
            status = 400
        else:
            raise
        headers = {}
        if isinstance(error, RefusedError) and error.retry_after is not None:
            headers["retry-after"] = str(error.retry_after)
        if status == 408:
            headers["connection"] = "close"  # what is left of the body is not read
        raise HTTPException(status, opening.shown(str(error)), headers) from error
