"""The addresses of the page, and what answers each."""

import mimetypes
from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from exchange.errors import Refusal
from exchange.page import (
    analyse,
    answers,
    cards,
    counts,
    create,
    home,
    join,
    keys,
    protocol,
    queries,
    repair,
    returns,
    send,
    withdraw,
)
from exchange.page import map as column_map
from exchange.page.faults import fault_in_words
from exchange.page.guard import COOKIE, Guard
from exchange.page.room import Room
from exchange.page.templates import not_found, refusal_page, render

# What is served as it stands: a list, so that no other file can be.
ASSETS: Final = (
    "govuk-frontend.min.css",
    "govuk-frontend.min.js",
    "page.css",
    "page.js",
    "icon.svg",
)


Handler = Callable[[Room, Request], Awaitable[Response]]


# What a refusal says was not done, by the first part of the address.
_NOT_DONE: Final = {
    "send": "Nothing was sent",
    "nil": "Nothing was logged",
    "not-held": "Nothing was logged",
    "withdraw": "Nothing was withdrawn",
    "keys": "Your keys were not changed",
    "answers": "Nothing was recorded",
    "cards": cards.NOT_DONE,
    "protocol": "The protocol was not signed",
    "create": "The partnership was not set up",
    "join": "You have not joined",
}


def _with_refusals(route: Route) -> Route:
    """Have a route say what was refused, and of a mistake of exchange's own only where it is.

    An exception can hold a record, so nothing of it goes on to the server, which would print it.
    """
    handler: Handler = route.endpoint

    async def answered(request: Request) -> Response:
        room: Room = request.app.state.room
        if not request.url.path.endswith(("/state", *ASSETS)):
            room.presence.note_request()
        try:
            return await handler(room, request)
        except Refusal as refusal:
            not_done = _NOT_DONE.get(route.path.split("/")[1], "This could not be done")
            return refusal_page(room, refusal, not_done)
        except Exception as error:  # noqa: BLE001 - it must not be printed
            where = fault_in_words(error)
        return render(room, "fault", 500, where=where)

    return Route(route.path, answered, methods=sorted(route.methods or ()))


async def enter(room: Room, request: Request) -> Response:
    """Turn the ticket into a cookie; the address with the ticket is left behind."""
    home_page = RedirectResponse(f"{room.path}/", 303)
    if room.knows(request.cookies.get(COOKIE, "")):
        return home_page  # the same browser opens the address again
    if not room.enter(request.path_params["ticket"]):
        return Response("This address has been used. Start the page again: exchange open", 403)
    # For this path alone, and out of reach of scripts.
    home_page.set_cookie(COOKIE, room.cookie, path=room.path, httponly=True, samesite="strict")
    return home_page


@cache
def _content(name: str) -> bytes:
    return (files("exchange.page") / "assets" / name).read_bytes()


async def asset(room: Room, request: Request) -> Response:
    """Serve a style sheet or a script of the list."""
    name = request.path_params["name"]
    if name not in ASSETS:
        return not_found(room)
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    # Not as Windows' registry has it, which may call a script plain text.
    kind = {"js": "text/javascript", "css": "text/css"}.get(name.rpartition(".")[2], kind)
    return Response(_content(name), media_type=kind)


async def opened(room: Room, request: Request) -> Response:
    """Note that a page is open in the browser."""
    room.presence.open_page(request.path_params["page"])
    return Response(status_code=204)


async def closed(room: Room, request: Request) -> Response:
    """Note that a page was closed."""
    room.presence.close_page(request.path_params["page"])
    return Response(status_code=204)


async def _not_found(request: Request, _: Exception) -> Response:
    return not_found(request.app.state.room)


_ROUTES: Final = (
    Route("/enter/{ticket}", enter),
    Route("/", home.home),
    Route("/assets/{name}", asset),
    Route("/opened/{page}", opened, methods=["POST"]),
    Route("/closed/{page}", closed, methods=["POST"]),
    Route("/send", send.choose_file),
    Route("/send", send.take_file, methods=["POST"]),
    Route("/send/{draft}", send.show),
    Route("/send/{draft}/state", send.state),
    Route("/send/{draft}/answer", send.answer, methods=["POST"]),
    Route("/send/{draft}/change", send.change, methods=["POST"]),
    Route("/send/{draft}/drop", send.drop, methods=["POST"]),
    Route("/send/{draft}/queries", queries.ask),
    Route("/send/{draft}/queries", queries.take, methods=["POST"]),
    Route("/send/{draft}/compare", send.compare),
    Route("/send/{draft}/preview", send.preview),
    Route("/send/{draft}/rows/{finding:int}", send.rows),
    Route("/send/{draft}/lost/{extract:int}/{why}", send.lost),
    Route("/send/{draft}/repair/{finding:int}", repair.ask),
    Route("/send/{draft}/repair/{finding:int}", repair.take, methods=["POST"]),
    Route("/send/{draft}/map", column_map.ask),
    Route("/send/{draft}/map", column_map.take, methods=["POST"]),
    Route("/send/{draft}/undo", repair.take_back, methods=["POST"]),
    Route("/send/{draft}/confirm", send.confirm),
    Route("/send/{draft}/send", send.send, methods=["POST"]),
    Route("/nil", returns.nil, methods=["GET", "POST"]),
    Route("/not-held", returns.dataset_not_held, methods=["GET", "POST"]),
    Route("/withdraw", withdraw.withdraw, methods=["GET", "POST"]),
    Route("/keys", keys.show),
    Route("/keys/renew", keys.renew, methods=["GET", "POST"]),
    Route("/keys/use", keys.use, methods=["GET", "POST"]),
    Route("/keys/keep", keys.keep, methods=["GET", "POST"]),
    Route("/keys/revoke", keys.revoke, methods=["GET", "POST"]),
    Route("/protocol", protocol.show),
    Route("/protocol", protocol.take_document, methods=["POST"]),
    Route("/protocol/document", protocol.document),
    Route("/protocol/sign", protocol.sign, methods=["POST"]),
    Route("/cards", cards.choose),
    Route("/cards", cards.take, methods=["POST"]),
    Route("/cards/add", cards.add, methods=["POST"]),
    Route("/create/check", create.check),
    Route("/create/check", create.begin, methods=["POST"]),
    Route("/create/{question}", create.ask),
    Route("/create/{question}", create.take, methods=["POST"]),
    Route("/join", join.ask_founding),
    Route("/join", join.take_founding, methods=["POST"]),
    Route("/join/id", join.ask_id),
    Route("/join/id", join.take_id, methods=["POST"]),
    Route("/join/key", join.ask_key),
    Route("/join/key", join.take_key, methods=["POST"]),
    Route("/join/card", join.show_card),
    Route("/answers", answers.choose),
    Route("/answers", answers.take, methods=["POST"]),
    Route("/answers/record", answers.record, methods=["POST"]),
    Route("/analyse", analyse.choose),
    Route("/analyse/pull", analyse.pull, methods=["POST"]),
    Route("/analyse/pull/{pull}", analyse.pulled),
    Route("/analyse/pull/{pull}/state", analyse.pull_state),
    Route("/analyse/folder", analyse.open_folder, methods=["POST"]),
    Route("/analyse/report", analyse.report, methods=["POST"]),
    Route("/analyse/counts", counts.ask),
    Route("/analyse/counts", counts.make, methods=["POST"]),
    Route("/analyse/table/{dataset}", analyse.table),
    Route("/logged/{number:int}", returns.logged),
)


def make_app(room: Room) -> ASGIApp:
    """Return the page as an ASGI application, behind its guard."""
    app = Starlette(
        routes=[Mount(room.path, routes=[_with_refusals(route) for route in _ROUTES])],
        exception_handlers={404: _not_found, 405: _not_found},
    )
    app.state.room = room
    return Guard(app, room)
