"""exchange open: the officer's page, in their own browser."""

import importlib.util
import sys
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.tree import option, summary
from exchange.errors import Usage

if TYPE_CHECKING:
    from exchange.page.room import Room

_NEEDED: Final = ("starlette", "uvicorn", "python_multipart", "govuk_frontend_jinja")
_FIND: Final = {
    "win32": "find it in the Start menu: press the Windows key and type exchange",
    "darwin": "find it on your desktop; open it with a double click",
}
_WHY: Final = {
    "closed": "the last window was closed",
    "idle": "nobody has used the page for 30 minutes",
}


@click.command(help=summary("open"))
@option("open", "--no-browser", is_flag=True)
@option("open", "--install-shortcut", is_flag=True)
@click.pass_obj
def command(app: App, no_browser: bool, install_shortcut: bool) -> None:
    """Serve the page until its last window is closed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise Usage(
            "page-not-installed",
            "the packages of the officer's page are not installed",
            'install them: pip install "csp-exchange[page]"',
            "until then, everything works at the command line: exchange --help",
        )
    if install_shortcut:
        _install_shortcut(app)
        return
    from exchange.page.server import serve

    def ready(room: "Room") -> None:
        console.result(f"open  {room.address}")
        console.hint("the address works once; close the page, or press Ctrl+C here, to stop")
        if not no_browser:
            webbrowser.open(room.address)

    reason = serve(
        folder=app.folder,
        clock=lambda: datetime.now(UTC),
        ready=ready,
        partnership=app.partnership,
    )
    if reason == "ticket-used-twice":
        console.warning(
            "page-address-used-twice",
            "the address was opened twice, so somebody else may have it; the page has stopped",
        )
        console.hint("start it again: exchange open")
    else:
        console.result(f"stopped: {_WHY.get(reason, 'you stopped it')}")


def _install_shortcut(app: App) -> None:
    from exchange.page.shortcut import install_shortcut

    folder = app.folder.absolute()
    path = install_shortcut(
        folder,
        name=app.partnership or folder.name,
        python=sys.executable,
        system=sys.platform,
        home=Path.home(),
    )
    console.result(f"written  {path}")
    console.hint(_FIND.get(sys.platform, "find it in the menu of your programs, as exchange"))
