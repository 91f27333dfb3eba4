"""Before anything else: the right host, origin and cookie; on everything: the same headers.

Another site's page cannot send to this one (origin, and what the browser says of the site), a name
that was rebound to this machine is not its host, and another user of this machine has no cookie.
"""

import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from exchange.page.room import Room

COOKIE: Final = "exchange"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    # Not "no-referrer": with that, browsers send "Origin: null" with one's own forms.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_READ: Final = ("GET", "HEAD")
_METHODS: Final = (*_READ, "POST")
_SITES: Final = ("same-origin", "none")  # none: typed, or opened by another program


class Guard:
    """Lets the officer's browser in, and nobody else."""

    def __init__(self, app: ASGIApp, room: Room) -> None:
        self._app, self._room = app, room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse without saying what there is."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        if scope["type"] != "http":
            return
        why = self._refusal(Request(scope))
        if why:
            await PlainTextResponse(why, 403)(scope, receive, with_headers)
            return
        await self._app(scope, receive, with_headers)

    def _refusal(self, request: Request) -> str:
        """Return why a request is refused; empty if it is not."""
        why = self._from_elsewhere(request)
        entry = f"{self._room.path}/enter/"
        if why or (request.url.path.startswith(entry) and request.method == "GET"):
            return why
        if not self._room.knows(request.cookies.get(COOKIE, "")):
            return (
                "Refused: the officer's page is not open in this browser, or it was started again. "
                "Start it as you did before: from the menu of your computer, or with exchange open"
            )
        return ""

    def _from_elsewhere(self, request: Request) -> str:
        room, headers = self._room, request.headers
        if headers.getlist("host") != [room.host]:
            return "Refused: this address is not the page's."
        if request.method not in _METHODS:
            return "Refused: the page does not do that."
        if request.method not in _READ and headers.getlist("origin") != [room.origin]:
            return "Refused: only the page itself can send to it."
        if headers.get("sec-fetch-site", "none") not in _SITES:
            return "Refused: another site's page asked for it."
        return ""


def page_id() -> str:
    """Return the name of one page that was shown, for when it is closed."""
    return secrets.token_urlsafe(8)
