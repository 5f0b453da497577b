"""FastAPI's own documentation page, with Swagger UI's files from this installation: nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib import resources

from fastapi import APIRouter, HTTPException
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, Response

from ui.server.headers import POLICY, policy

FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def routes() -> APIRouter:
    """/docs and the files it is made of."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs() -> HTMLResponse:
        page = get_swagger_ui_html(
            openapi_url="/openapi.json",
            title="Byline's API",
            swagger_js_url="/docs/swagger-ui-bundle.js",
            swagger_css_url="/docs/swagger-ui.css",
            swagger_favicon_url="/docs/favicon-32x32.png",
            swagger_ui_parameters={"tryItOutEnabled": True, "validatorUrl": None},
        )
        page.headers[POLICY.decode()] = policy(*_hashes(bytes(page.body).decode())).decode()
        return page

    @router.get("/docs/{name}")
    def file(name: str) -> Response:
        if name not in FILES:
            raise HTTPException(404, f"there is no /docs/{name[:40]}")
        return Response(_file(name), media_type=FILES[name])

    return router


def _hashes(html: str) -> list[str]:
    """The page's inline scripts as a Content-Security-Policy names them."""
    digests = (hashlib.sha256(script.encode()).digest() for script in _INLINE.findall(html))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


@cache
def _file(name: str) -> bytes:
    return resources.files("fastapi_swagger.resources").joinpath(name).read_bytes()
