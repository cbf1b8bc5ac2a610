"""The ASGI application: which address is answered by what."""

from __future__ import annotations

from collections.abc import Collection

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from edge.web.api import post_emoticon
from edge.web.guard import Guard
from edge.web.live import MAX_WATCHERS, LiveMirror, send_frames
from edge.web.pages import page_routes
from edge.web.refusal import answer_refusal
from edge.web.studio import Studio


def create_application(
    studio: Studio, live: LiveMirror | None, *, names: Collection[str]
) -> ASGIApp:
    """The whole application; starting and closing `studio` and `live` is the caller's."""
    routes = [
        Route("/api/emoticon", post_emoticon, methods=["POST"]),
        WebSocketRoute("/live/frames", send_frames),
        *page_routes(labels=studio.labels, live=live is not None),
    ]
    application = Starlette(
        routes=routes,
        exception_handlers={HTTPException: answer_refusal, Exception: _answer_failure},
    )
    application.router.redirect_slashes = False
    application.state.studio = studio
    application.state.live = live
    application.state.watchers = anyio.CapacityLimiter(MAX_WATCHERS)
    return Guard(application, names=names)


async def _answer_failure(request: Request, error: Exception) -> Response:
    """What went wrong is in the log, with its traceback; the client learns only that."""
    return JSONResponse({"status": "failed", "error": "the server failed; see its log"}, 500)
