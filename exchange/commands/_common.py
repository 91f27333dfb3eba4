"""What several commands share: options, and getting at the log and the key."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from depersonalise.policy import Domestic
from exchange import terminal
from exchange.cli import App
from exchange.errors import KeyRefused, LogBroken, NotEntitled, Refusal, RulesBroken, Usage
from exchange.identities import Officer, read_identity
from exchange.kept import Answers
from exchange.log import Log
from exchange.preparing import Prepared, prepare
from exchange.reporting import write_report
from exchange.settings import Settings
from exchange.settling import Manner
from exchange.submitting import my_card
from exchange.witnessing import cosign
from partners import shapes
from partners.kinds import REASONS, Known
from schemas.findings import errors, gone_with

KEYRING_SERVICE: Final = "csp-exchange"
_FIRST: Final = 3  # rules that are worth mending first

extract = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)
Command = Callable[..., Any]


def _a_part(_: click.Context, __: click.Parameter, told: str) -> str:
    """Hold the name of a part to its shape."""
    try:
        return str(shapes.part(told))
    except ValueError:
        raise click.BadParameter("lower-case letters, digits and hyphens") from None


extracts = click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE...",
)
datasets = click.option(
    "--dataset",
    "datasets",
    multiple=True,
    metavar="ID",
    help="The dataset, where the file fits several; repeat it to send each row to its own.",
)
dates = click.option(
    "--dates",
    "--quarter",
    metavar="DATES",
    help="What the file covers: 2026Q3, a month 2026-07, or 2026-07-01..2026-07-31.",
)
report = click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.xlsx",
    help="Write every rule and line that is wrong to a workbook, without values.",
)
with_values = click.option(
    "--with-values",
    is_flag=True,
    help="Put the values that are wrong into the report, which then holds personal data.",
)
answers = click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar='RULE="REASON"',
    help="Say once why a query is as it should be; it is kept for the next submissions.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Say the result as JSON.")
yes = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
passphrase_file = click.option(
    "--passphrase-file",
    metavar="FILE",
    help="Read the passphrase from a file's first line, or from standard input (-).",
)

of_part = click.option(
    "--part",
    "of_part",
    default="",
    metavar="NAME",
    callback=_a_part,
    help="Where a partner returns a dataset in parts, such as one for each of two hospitals.",
)
domestic = click.option(
    "--domestic",
    type=click.Choice([one.value for one in Domestic]),
    help="What becomes of recorded domestic incidents; default: as exchange.toml or the protocol "
    "says, else generalise.",
)


def reason(kind: str, default: str | None = None) -> Callable[[Command], Command]:
    """Return the option that says why an entry of some kind is made: one of its list."""
    told = "; ".join(f"{name}: {says}" for name, says in REASONS[kind].items())
    return click.option(
        "--reason",
        type=click.Choice(list(REASONS[kind])),
        default=default,
        required=default is None,
        show_default=default is not None,
        help=f"{told}.",
    )


class Officers:
    """The officer at the terminal, who can be asked."""

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Ask which of some options it is, by number."""
        keys = list(options)
        click.echo(question, err=True)
        for i, (key, says) in enumerate(options.items(), start=1):
            click.echo(f"  {i}  {key}  {says}", err=True)
        numbers = click.IntRange(1, len(keys))
        return keys[click.prompt("Number", type=numbers, err=True) - 1]


def open_log(settings: Settings, now: datetime | None = None) -> Log:
    """Read and verify the log, showing progress; at a time that is told, cosign what was seen.

    A store that can only be read is read, and not cosigned.
    """
    with terminal.progress("reading the log …") as shown:
        log = Log.open(
            settings.open_store(),
            settings.pinned(),
            settings.memory(),
            shown.step,
            settings.mirror,
        )
    if log.put_back:
        lost = terminal.counted(log.put_back, "entry", "entries")
        terminal.warning(f"the store had lost {lost} that you had verified; they were put back")
        terminal.hint("was a backup restored? bundles can be missing still: exchange verify")
    if now is not None:
        with contextlib.suppress(LogBroken):
            cosign(log, settings, now)
    return log


def unlock(settings: Settings, told: str | None) -> Officer:
    """Unlock the officer's identity.

    Raises:
        KeyRefused: there is no identity, no passphrase, or it is another.
    """
    if not settings.key:
        raise KeyRefused("there is no key for this folder yet", "make one: exchange key new --help")
    return read_identity(settings.path(settings.key), passphrase(settings, told))


def unlocking(settings: Settings, told: str | None, *, now: bool) -> Callable[[], Officer]:
    """Return what gives the unlocked identity; if `now`, it is unlocked meanwhile.

    Unlocking takes half a second of one core and reading an extract mostly waits for the other.
    Only where nobody has to be asked: a prompt comes after the confirmation.
    """
    if not now or (told is None and not settings.keyring):
        return lambda: unlock(settings, told)
    pool = ThreadPoolExecutor(1)
    opening = pool.submit(unlock, settings, told)
    pool.shutdown(wait=False)
    return opening.result


def officers(
    everything: Sequence[Settings], told: str | None, *, now: bool
) -> Callable[[Settings], Officer]:
    """Return what gives the unlocked identity of a partnership; each key is unlocked once."""
    opening = {one.key: unlocking(one, told, now=now) for one in everything[:1]}
    unlocked: dict[str, Officer] = {}

    def officer(settings: Settings) -> Officer:
        if settings.key not in unlocked:
            first = opening.get(settings.key) or unlocking(settings, told, now=False)
            unlocked[settings.key] = first()
        return unlocked[settings.key]

    return officer


def passphrase(settings: Settings, told: str | None) -> str:
    """Return the passphrase: from the file named, the system's keyring, or a prompt."""
    if told is not None:
        return _from_file(told)
    if settings.keyring:
        return _from_keyring(settings)
    if terminal.is_interactive():
        return str(click.prompt("Passphrase", hide_input=True, err=True))
    raise KeyRefused(
        "the passphrase can't be asked for without a terminal",
        "give it in a file: --passphrase-file FILE, or - for standard input",
    )


def _from_file(told: str) -> str:
    try:
        text = sys.stdin.readline() if told == "-" else Path(told).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        text = ""
    line = text.split("\n", maxsplit=1)[0].rstrip("\r")
    if not line:
        raise KeyRefused("the passphrase file is not there, or its first line is empty")
    return line


def _from_keyring(settings: Settings) -> str:
    try:
        import keyring  # noqa: PLC0415 - an extra
        from keyring.errors import KeyringError  # noqa: PLC0415
    except ImportError:
        raise KeyRefused(
            "exchange.toml says the passphrase is in the keyring, which is not installed",
            'install it: pip install "csp-exchange[keyring]", or use --passphrase-file',
        ) from None
    try:
        found = keyring.get_password(KEYRING_SERVICE, settings.key)
    except KeyringError:
        found = None
    if found is None:
        raise KeyRefused(
            "the system's keyring has no passphrase for this key",
            f"put it there: keyring set {KEYRING_SERVICE} {settings.key}",
        )
    return found


def open_members(app: App) -> list[tuple[Settings, Log]]:
    """Open the log of every partnership of exchange.toml, or of the one that is named."""
    found = [(one, open_log(one, app.now)) for one in Settings.all(app.folder, app.partnership)]
    for settings, log in found:
        _known_partner(settings, log)
    return found


def prepared(
    app: App,
    members: Sequence[tuple[Settings, Log]],
    files: Sequence[Path],
    *,
    datasets: Sequence[str],
    manner: Manner,
    ask: bool,
) -> list[Prepared]:
    """Read, check and depersonalise an extract, asking or showing progress."""
    ready = partial(
        prepare,
        files,
        members=[(settings, log.register) for settings, log in members],
        datasets=datasets,
        manner=manner,
        now=app.now,
    )
    if (ask or manner.officer) and terminal.is_interactive():
        return ready(asks=Officers())  # a status line and a question would overwrite one another
    with terminal.progress("reading …") as shown:
        return ready(asks=None, stage=shown.stage)


def looked_at(
    app: App,
    files: Sequence[Path],
    *,
    datasets: Sequence[str],
    manner: Manner,
    passphrase_file: str | None,
    cant: str,
) -> list[Prepared]:
    """Make an extract ready to be looked at; compared with what was sent before if there is a
    passphrase.

    Raises:
        RulesBroken: it can't leave; `cant` says what can't be done with it.
    """
    members = open_members(app)
    if passphrase_file is not None:
        unlocks = officers([s for s, _ in members], passphrase_file, now=False)
        manner = replace(manner, officer=unlocks)
    found = prepared(app, members, files, datasets=datasets, manner=manner, ask=True)
    for one in found:
        if one.stopped:
            raise broken_rules(one, cant)
    return found


def _known_partner(settings: Settings, log: Log) -> None:
    if settings.partner and settings.partner not in log.register.partners:
        raise NotEntitled(
            f'"{settings.partner}" is not enrolled in {log.register.name}',
            "send your card to a coordinator, who enrols it: exchange enrol CARD",
        )


def reported(
    found: Sequence[Prepared],
    files: Sequence[Path],
    report: Path | None,
    given: Sequence[Answers],
    *,
    with_values: bool,
) -> None:
    """Write the reports, where they are wanted: one for each dataset."""
    if with_values and report is None:
        raise Usage("--with-values is for a report", "say where it goes: --report FILE.xlsx")
    if report is None:
        return
    for one, answers in zip(found, given, strict=True):
        several = len(found) > 1
        path = report.with_stem(f"{report.stem}-{one.dataset.id}") if several else report
        write_report(path, one, files, answers, with_values=with_values)
        terminal.hint(f"what was found, line by line, is in {path}")
        if with_values:
            terminal.warning(f"{path.name} holds personal data: keep it here, and delete it soon")


def answered(
    settings: Settings, found: Prepared, told: tuple[str, ...], now: datetime, *, ask: bool
) -> Answers:
    """Return the answers to a dataset's queries, those told or asked for now among them."""
    given = Answers.of(settings, found.dataset.id)
    for one in told:
        rule, _, reason = one.partition("=")
        given.give(rule.strip(), reason.strip(), now)
    if ask and terminal.is_interactive() and not found.stopped:
        for query in given.open(found.findings):
            click.echo(f"{terminal.finding_lines([query])[0]}", err=True)
            reason = click.prompt(
                f"{query.rule.id}: why is that right? (Enter leaves it open)",
                default="",
                show_default=False,
                err=True,
            )
            if reason:
                given.give(query.rule.id, reason, now)
    return given


def broken_rules(found: Prepared, done: str) -> Refusal:
    """Return the refusal of an extract that broke rules, worst first."""
    wrong = errors(found.findings)
    lines = sum(f.count for f in wrong)
    said = terminal.counted(len(wrong), "rule") + " broken"
    touched = (
        f", {terminal.counted(lines, 'fault')} in {found.outcome.tally.accepted:,} lines"
        if lines
        else ""
    )
    most: tuple[str, ...] = ()
    if len(wrong) > _FIRST and lines:
        share = gone_with(wrong, _FIRST)
        most = (f"mend the first {_FIRST}, and {share} % of the faults are gone",)
    return RulesBroken(
        f"{found.dataset.id} {found.covered} {done}: {said}{touched}",
        *terminal.fixes(wrong, _FIRST),
        *most,
        "nothing left this machine; all the lines: exchange check FILE --report errors.xlsx",
        lines=terminal.finding_lines(wrong),
    )


def written(
    settings: Settings, log: Log, body: Known, now: datetime, passphrase_file: str | None
) -> int:
    """Sign an entry with the officer's key and add it to the log; return its position.

    Raises:
        NotEntitled: it would not count; nothing was written.
    """
    officer = unlock(settings, passphrase_file)
    done = log.write(body, my_card(log, officer), officer, now)
    if isinstance(done, str):
        raise NotEntitled(f"nothing was logged: {done}")
    return done


def entry_id(log: Log, position: int) -> str:
    """Return the id of an entry, by its number in the log.

    Raises:
        Usage: there is none that can be read.
    """
    entry = log.entries[position] if position < len(log.entries) else None
    if entry is None:
        raise Usage(f"there is no entry {position} in the log", "see them: exchange verify")
    return entry.id


def confirmed(question: str, *, yes: bool) -> None:
    """Have the officer confirm.

    Raises:
        Usage: there is nobody to ask and --yes was not said.
    """
    if yes:
        return
    if not terminal.is_interactive():
        raise Usage(
            "this has to be confirmed, and there is no terminal to ask at",
            "say that it is meant: --yes",
        )
    click.confirm(question, abort=True, err=True)
