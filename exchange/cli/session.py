"""Getting at the log, and writing one entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, wraps
from typing import Any, Final

import click

from exchange.cli import console, options
from exchange.cli.group import App
from exchange.cli.questions import is_so
from exchange.cli.unlock import unlock
from exchange.errors import Usage
from exchange.keys.identity import UnlockedKey
from exchange.log.log import Log
from exchange.log.reader import entry_name
from exchange.log.recipients import my_card
from exchange.profile import open_logs
from exchange.profile.clock import refuse_wrong_clock
from exchange.profile.settings import Settings
from exchange.stores.folder import FolderStore
from exchange.text import minutes_in_words
from partners.entries.kinds import KnownBody

_CLOCKS_DIFFER: Final = 10  # minutes


def open_log(
    settings: Settings,
    now: datetime | None = None,
    *,
    whole: bool = False,
    offline: bool = False,
    resume: bool = True,
) -> Log:
    """Open the log of a partnership as `open_logs.open_log`; show progress and what it notices."""
    with console.progress("reading the log …") as progress:
        opened = open_logs.open_log(
            settings, now=now, whole=whole, offline=offline, resume=resume, tick=progress.step
        )
    console.notices(opened.notices)
    return opened.log


@dataclass
class EntryWriter:
    """Has entries of the partnership confirmed, signed and logged; opens its log when first asked.

    Attributes:
        yes: Nothing is to be confirmed.
        passphrase_file: Where the passphrase stands, if it is not asked for.
        as_json: The result is said as JSON.
    """

    app: App
    yes: bool
    passphrase_file: str | None
    as_json: bool

    @cached_property
    def settings(self) -> Settings:
        """The settings of the partnership."""
        return self.app.settings

    @cached_property
    def log(self) -> Log:
        """Its log, read and verified; nothing is dated by a clock that it shows to be wrong."""
        log = open_log(self.settings)
        refuse_wrong_clock(self.settings, log.register, self.app.now)
        return log

    @property
    def signer(self) -> tuple[str, str]:
        """Whose the entries are: the authority, and the office in it."""
        return self.settings.partner, self.settings.officer

    def show(self, text: str) -> None:
        """Say what is about to be confirmed; JSON on standard output holds the result alone."""
        if self.as_json:
            console.detail(text)
        else:
            console.result(text)

    def say(self, text: str, **values: Any) -> None:
        """Say what was logged: in a line for people, or as JSON."""
        console.outcome(text, json=self.as_json, **values)

    def unlock(self, question: str = "") -> UnlockedKey:
        """Have what is asked confirmed, and unlock the officer's identity.

        Raises:
            Usage, KeyRefused: as for `confirm` and `unlock`.
        """
        if question:
            confirm(question, yes=self.yes)
        return unlock(self.settings, self.passphrase_file)

    def add(self, body: KnownBody, question: str) -> int:
        """Have an entry confirmed and log it; return its position.

        Raises:
            NotEntitled: it would not count; nothing was written.
        """
        return self.add_all([body], question)[0]

    def add_all(self, bodies: Sequence[KnownBody], question: str) -> list[int]:
        """Have entries confirmed and log them; return their positions.

        Raises:
            NotEntitled: one would not count; neither it nor what follows was written.
        """
        key, positions = self.unlock(question), []
        for body in bodies:
            position = self.log.write(body, my_card(self.log, key), key, self.app.now)
            say_store(self.log, position)
            positions.append(position)
        return positions


def writes_entries(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command what it writes entries with, and the options for that."""

    @options.yes
    @options.passphrase_file
    @options.as_json
    @click.pass_obj
    @wraps(command)
    def run(
        app: App, /, *, yes: bool, passphrase_file: str | None, as_json: bool, **values: Any
    ) -> None:
        app.sends = True
        command(EntryWriter(app, yes, passphrase_file, as_json), **values)

    return run


def say_store(log: Log, position: int) -> None:
    """Warn where this machine's clock and the store's differ, as an entry just written shows.

    And where the store could not be made to put it on its disk.
    """
    if isinstance(log.store, FolderStore) and log.store.unforced:
        console.warning(
            "store-cannot-force",
            "saved, but the file share does not confirm that files are on its disk",
        )
        console.hint("if the share loses power in the next minute, check: exchange verify")
    store_time = log.store.written_at(entry_name(position))
    minutes = round((store_time - datetime.now(UTC)).total_seconds() / 60) if store_time else 0
    if abs(minutes) > _CLOCKS_DIFFER:
        console.warning(
            "clocks-differ",
            "the clocks of this machine and of the store differ by "
            f"{minutes_in_words(abs(minutes))}; entries use this machine's time",
        )


def confirm(question: str, *, yes: bool) -> None:
    """Have the officer confirm.

    Raises:
        Usage: there is nobody to ask and --yes was not said.
    """
    if yes:
        return
    if not console.is_interactive():
        raise Usage(
            "confirmation-needed", "confirmation needed, and there is no terminal to ask at"
        )
    is_so(question, abort=True)
