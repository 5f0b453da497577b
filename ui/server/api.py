"""For programs: questions and articles as JSON, each error with its status and one line."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.routing import Match

from index.errors import BylineError, FolderError, QuestionError
from ui.server.asking import SECONDS, HistoryError, TooBusyError, TooSlowError, answer_within
from ui.server.forms import Asked, problems
from ui.server.opening import MISTAKE, NotReadyError, Opening
from ui.server.who import who_of

if TYPE_CHECKING:
    from rag import Answer

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
RETRY_SECONDS = 2
"""When a program that was told to come again does so."""


class Text(BaseModel):
    """An article as it is indexed; offsets of citations count code points of its text."""

    path: str
    title: str
    outlet: str | None
    published: str | None
    url: str | None
    text: str


class State(BaseModel):
    """Whether questions are answered yet, and what goes on."""

    ready: bool
    doing: str
    failed: str | None
    problem: str | None
    folder: str


class Problem(BaseModel):
    """What is wrong, in one line."""

    detail: str


ERRORS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The question, its history or a filter is none."},
    422: {"model": Problem, "description": "The body is not of this form."},
    500: {"model": Problem, "description": "A mistake of Byline's own, or a damaged index."},
    503: {"model": Problem, "description": "Still starting, or too busy: see Retry-After."},
    504: {"model": Problem, "description": "No answer within the time limit."},
}


def routes(opening: Opening) -> APIRouter:
    """The routes below /api/ that ask and read."""
    from rag import Answer

    router = APIRouter(prefix="/api")

    @router.post("/ask", responses=ERRORS, response_model=Answer)
    async def ask(asked: Asked, request: Request) -> JSONResponse:
        """An answer, every sentence cited, or quotes that may answer (`nearby`), or that nothing was found."""
        answering = answer_within(
            opening,
            asked.question,
            asked.records(),
            seconds=SECONDS,
            who=who_of(request.scope),
            since=asked.since,
            until=asked.until,
            outlet=asked.outlet,
            path=asked.path,
            words=asked.words,
        )
        return JSONResponse((await _while_there(request, answering)).to_dict())

    @router.get("/article", responses={404: {"model": Problem}, 503: ERRORS[503]}, response_model=Text)
    def article(path: Annotated[str, Query(max_length=2000)]) -> Response:
        """The whole article that a citation's `path` names."""
        found = opening.get(0).article(path)
        if found is None:
            raise HTTPException(404, "this article is not in the index: it may have been removed or renamed")
        url = found.url if found.url and found.url.startswith(("https://", "http://")) else None
        text = Text(
            path=found.path,
            title=found.title,
            outlet=found.outlet,
            published=found.published,
            url=url,
            text=found.text,
        )
        return Response(text.model_dump_json(), media_type="application/json")  # json.dumps takes 20 times as long

    @router.get("/status", response_model=State)
    def status() -> dict[str, Any]:
        """Whether questions are answered yet."""
        return {name: getattr(opening, name) for name in State.model_fields}

    return router


async def _while_there(request: Request, answering: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer, unless the caller hangs up: what nobody waits for takes nobody's turn."""
    answer, hung_up = asyncio.ensure_future(answering), asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait((answer, hung_up), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise HTTPException(499, "the caller hung up")
        return answer.result()
    finally:
        answer.cancel()
        hung_up.cancel()


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def nothing_else(app: FastAPI) -> None:
    """Below /api/ there is nothing but the routes that the app has by now: 404, or 405 for another method."""
    known = tuple(app.routes)

    @app.api_route("/api/{rest:path}", methods=list(METHODS), include_in_schema=False)
    def nothing(request: Request) -> None:
        if any(route.matches(request.scope)[0] is Match.PARTIAL for route in known):
            raise HTTPException(405, f"{request.method} is no way to ask this: see /docs")
        raise HTTPException(404, "there is nothing here: see /docs")


STATUSES: Mapping[type[BylineError], int] = {
    NotReadyError: 503,
    TooBusyError: 503,
    TooSlowError: 504,
    QuestionError: 400,
    HistoryError: 400,
    FolderError: 503,
}


def status_of(error: BylineError) -> int:
    """The HTTP status that says whose error it is."""
    from rag.question.filters import FilterError

    if isinstance(error, FilterError):
        return 400
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def tell_errors(app: FastAPI, opening: Opening) -> None:
    """Every error of the app's routes becomes one line with its status; none has a path or a traceback in it."""

    @app.exception_handler(BylineError)
    def told(request: Request, error: BylineError) -> JSONResponse:
        status = status_of(error)
        headers = {"retry-after": str(RETRY_SECONDS)} if status == 503 else None
        return JSONResponse({"detail": opening.shown(str(error))}, status, headers)

    @app.exception_handler(RequestValidationError)
    def wrong_form(request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"detail": problems(list(error.errors()))}, 422)

    @app.exception_handler(Exception)
    def mistake(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": MISTAKE}, 500)  # the server prints it, too
