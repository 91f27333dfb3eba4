"""Offering the files of last time, where exchange submit is run without one."""

from pathlib import Path

from exchange.cli import console
from exchange.cli.actions.extracts import TerminalPrompt
from exchange.cli.group import App
from exchange.cli.questions import is_so
from exchange.errors import Usage
from exchange.profile.sent_files import sent_files
from exchange.submission.proposed_files import Proposal, propose


def files_as_last_time(app: App) -> tuple[Path, ...]:
    """Return the files that the officer confirms; none where nothing was sent from here before.

    Raises:
        Usage: there are none like those of last time.
    """
    proposals = propose(sent_files(app.settings.own))
    if not proposals:
        return ()
    ready = [proposal for proposal in proposals if proposal.files]
    _say_missing(proposals, ready)
    if len(ready) == 1:
        is_so(f"As last time: {_names(ready[0])}?", abort=True, default=True)
        return ready[0].files
    options = {" and ".join(proposal.datasets): _names(proposal) for proposal in ready}
    chosen = TerminalPrompt().choose("Which files, as last time?", options)
    return next(proposal.files for proposal in ready if " and ".join(proposal.datasets) == chosen)


def _say_missing(proposals: list[Proposal], ready: list[Proposal]) -> None:
    """Say what was sent last time and is missing now.

    Raises:
        Usage: nothing of it is there.
    """
    missing = ", ".join(name for proposal in proposals for name in proposal.missing)
    message = f"you sent these last time, and there are no new files like them: {missing}"
    if not ready:
        raise Usage("file-not-named", f"no file is named; {message}")
    if missing:
        console.warning("last-files-missing", message)


def _names(proposal: Proposal) -> str:
    return ", ".join(path.name for path in proposal.files)
