"""An extract at the command line: made ready, answered for, reported, refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.session import officers, open_members
from exchange.errors import Refusal, RulesBroken, Usage
from exchange.log.log import Log
from exchange.profile.answers import Answers
from exchange.profile.settings import Settings
from exchange.submission.findings_text import finding_lines, fixes
from exchange.submission.findings_workbook import write_report
from exchange.submission.policy import Manner
from exchange.submission.prepare import Prepared, prepare
from exchange.submission.summary import account_rows
from exchange.text import with_noun
from schemas.findings.finding import errors, gone_with

_FIRST: Final = 3  # rules that are worth mending first


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
    if (ask or manner.officer) and console.is_interactive():
        return ready(asks=Officers())  # a status line and a question would overwrite one another
    with console.progress("reading …") as shown:
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
    members = open_members(app, offline=True, sends=False)
    if passphrase_file is not None:
        unlocks = officers([s for s, _ in members], passphrase_file, now=False)
        manner = replace(manner, officer=unlocks)
    found = prepared(app, members, files, datasets=datasets, manner=manner, ask=True)
    for one in found:
        if one.stopped:
            raise broken_rules(one, cant)
    return found


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
        raise Usage(
            "values-without-report",
            "--with-values is for a report",
            "say where it goes: --report FILE.xlsx",
        )
    if report is None:
        return
    for one, answers in zip(found, given, strict=True):
        several = len(found) > 1
        path = report.with_stem(f"{report.stem}-{one.dataset.id}") if several else report
        write_report(path, one, files, answers, with_values=with_values)
        console.hint(f"what was found, line by line, is in {path}")
        if with_values:
            console.warning(
                "file-holds-personal-data",
                f"{path.name} holds personal data: keep it here, and delete it soon",
            )


def say_account(found: Prepared) -> None:
    """Show what came in and where it went: rows in = rows accepted + rows left out."""
    console.result(f"{found.dataset.id}  {found.covered}  {found.covered.quarter.label}")
    for words in found.selected.assumed:
        console.result(f"  {words}")
    rows = account_rows(found)
    width = max(len(f"{n:,}") for _, n in rows)
    for words, n in rows:
        console.result(f"  {words:<52}{n:>{width},}")


def answered(
    settings: Settings, found: Prepared, told: tuple[str, ...], now: datetime, *, ask: bool
) -> Answers:
    """Return the answers to a dataset's queries, those told or asked for now among them."""
    given = Answers.of(settings, found.dataset.id)
    for one in told:
        rule, _, reason = one.partition("=")
        given.give(rule.strip(), reason.strip(), now)
    if ask and console.is_interactive() and not found.stopped:
        for query in given.open(found.findings):
            click.echo(f"{finding_lines([query])[0]}", err=True)
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
    said = with_noun(len(wrong), "rule") + " broken"
    touched = (
        f", {with_noun(lines, 'fault')} in {found.outcome.tally.accepted:,} lines" if lines else ""
    )
    most: tuple[str, ...] = ()
    if len(wrong) > _FIRST and lines:
        share = gone_with(wrong, _FIRST)
        most = (f"mend the first {_FIRST}, and {share} % of the faults are gone",)
    return RulesBroken(
        "rules-broken",
        f"{found.dataset.id} {found.covered} {done}: {said}{touched}",
        *fixes(wrong, _FIRST),
        *most,
        "nothing left this machine; all the lines: exchange check FILE --report errors.xlsx",
        lines=finding_lines(wrong),
    )
