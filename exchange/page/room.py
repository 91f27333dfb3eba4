"""What one run of the page is: its address, who may see it, and when it ends.

Keeps true: nothing here is written anywhere; it is gone when the page stops.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from exchange.errors import Refusal
from exchange.page.drafts import Drafts
from exchange.page.interview import Interview
from exchange.page.presence import Presence
from exchange.page.pulls import PullInProgress
from schemas.extract.file_kinds import LARGEST

_BYTES: Final = 32  # of randomness in a ticket, a cookie and the path


def _secret() -> str:
    return secrets.token_urlsafe(_BYTES)


@dataclass(slots=True)
class Room:
    """One run of the page, for one officer.

    Attributes:
        folder: The folder of the partnership.
        clock: Returns the time.
        host: Where it is served, such as 127.0.0.1:50123.
        path: Before every address. Cookies are not bound to a port, but to a path: so the cookie
            goes to no other program that the officer's browser asks at 127.0.0.1.
        ticket: Of one use, in the first address; then empty.
        cookie: What the browser shows from then on; empty where the page has been shut.
        limit: The most bytes of what is dropped at once.
        work_factor: Of new key files.
        logged: Log numbers of what was logged from here.
        pulls: The last pull of each partnership, by its name in addresses.
    """

    folder: Path
    clock: Callable[[], datetime]
    host: str
    partnership: str = ""
    limit: int = LARGEST
    work_factor: int = 18
    path: str = field(default_factory=lambda: f"/{_secret()}")
    ticket: str = field(default_factory=_secret, repr=False)
    cookie: str = field(default_factory=_secret, repr=False)
    presence: Presence = field(default_factory=Presence)
    drafts: Drafts = field(default_factory=Drafts)
    interview: Interview = field(default_factory=Interview)
    logged: set[int] = field(default_factory=set)
    pulls: dict[str, PullInProgress] = field(default_factory=dict)
    _used: str = field(default="", repr=False)
    _forms: set[str] = field(default_factory=set, repr=False)

    @property
    def origin(self) -> str:
        """What the browser calls the page's origin."""
        return f"http://{self.host}"

    @property
    def address(self) -> str:
        """The address to open, once."""
        return f"{self.origin}{self.path}/enter/{self.ticket}"

    def enter(self, ticket: str) -> bool:
        """Use the ticket up; say whether it was right.

        Where one that was used is shown again, two people have the address. Which of them is the
        officer cannot be known, so nobody is let in any more, and the page stops.
        """
        if self.ticket and secrets.compare_digest(ticket.encode(), self.ticket.encode()):
            self._used, self.ticket = self.ticket, ""
            return True
        if self._used and secrets.compare_digest(ticket.encode(), self._used.encode()):
            self.cookie = ""
            self.presence.end("ticket-used-twice")
        return False

    @contextmanager
    def once(self, form: str) -> Iterator[bool]:
        """Give whether a form is sent for the first time; where nothing was done, it may be again.

        A second time, nothing is to be done.
        """
        is_first = form not in self._forms
        self._forms.add(form)
        try:
            yield is_first
        except Refusal:
            if is_first:
                self._forms.discard(form)
            raise

    def was_used(self, form: str) -> bool:
        """Say whether a form was sent before, and something was done."""
        return form in self._forms

    def begin_pull(self, new: PullInProgress) -> PullInProgress:
        """Begin a pull, and return it; where one of the partnership is not at its end, that one."""
        before = next((pull for pull in self.pulls.values() if pull.slug == new.slug), None)
        if before is not None and before.is_busy:
            return before
        if before is not None:
            del self.pulls[before.id]
        self.pulls[new.id] = new
        new.start()
        return new

    @property
    def is_busy(self) -> bool:
        """Whether something is being sent or combined, so that the page must not stop."""
        return self.drafts.is_busy or any(pull.is_busy for pull in self.pulls.values())

    def knows(self, cookie: str) -> bool:
        """Say whether a cookie is the officer's."""
        sent, real = cookie.encode(), self.cookie.encode()
        return bool(real) and secrets.compare_digest(sent, real)
