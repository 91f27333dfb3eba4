"""An extract at the command line: planned with prompts and progress, answered for, reported."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.questions import Number, ask
from exchange.cli.unlock import officers
from exchange.errors import Usage
from exchange.profile.settings import Settings, is_shared
from exchange.submission.findings_text import finding_lines
from exchange.submission.plan import Plan, plan_extract
from exchange.submission.policy import PrepareOptions
from exchange.submission.prepare import CheckedExtract, Prepared
from exchange.submission.summary import account_rows, by_month, rows_in, rows_out
from schemas.checks.select import Selected
from schemas.findings.reasons import OTHER, REASONS
from schemas.quarters import Covered, days_in_words


class TerminalPrompt:
    """The officer at the terminal, who can be asked."""

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Ask which of some options it is, by number."""
        keys = list(options)
        with console.asking():
            click.echo(question, err=True)
            for i, (key, label) in enumerate(options.items(), start=1):
                click.echo(f"  {i}  {key}  {label}", err=True)
            number: int = ask("Number", type=Number(1, len(keys)))
            return keys[number - 1]


def plan_at_terminal(
    app: App,
    files: Sequence[Path],
    *,
    datasets: Sequence[str],
    options: PrepareOptions,
    answers: Sequence[str] = (),
    sends: bool = False,
    offline: bool = True,
    ask: bool,
    show_before_asking: bool = False,
) -> Plan:
    """Make an extract ready, showing progress.

    Args:
        ask: Ask which dataset it is of and which dates it covers, where that is not clear.
        show_before_asking: Show what came in before the passphrase is asked for.
    """
    with console.progress("reading …") as progress:
        plan = plan_extract(
            folder=app.folder,
            partnership=app.partnership,
            files=files,
            now=app.now,
            datasets=datasets,
            options=options,
            answers=[
                (rule, reason) for rule, _, reason in (answer.partition("=") for answer in answers)
            ],
            sends=sends,
            offline=offline,
            prompt=TerminalPrompt() if ask and console.is_interactive() else None,
            stage=progress.stage,
            checked=_say_checked if show_before_asking else lambda _: None,
        )
    console.notices(plan.notices)
    return plan


def plan_to_view(
    app: App,
    files: Sequence[Path],
    *,
    datasets: Sequence[str],
    dates: str | None,
    domestic: str | None,
    passphrase_file: str | None,
    keeps_cells: bool = False,
) -> Plan:
    """Make an extract ready to be looked at, and not sent; with a passphrase, it is compared with
    what was sent earlier.

    Args:
        keeps_cells: Rows of it will be shown.
    """
    options = PrepareOptions(dates, domestic or "", keeps_cells=keeps_cells)
    if passphrase_file is not None:
        partnerships = Settings.all(app.folder, app.partnership)
        options = replace(options, unlock=officers(partnerships, passphrase_file, now=False))
    return plan_at_terminal(app, files, datasets=datasets, options=options, ask=True)


def write_report_files(app: App, plan: Plan, report: Path | None, *, with_values: bool) -> None:
    """Write the workbooks of what was found, where they are wanted: one for each dataset."""
    if with_values and report is None:
        raise Usage("values-without-report", "--with-values needs a report")
    if report is None:
        return
    if with_values and is_shared(app.folder, app.folder / report):
        raise Usage(
            "values-in-shared-folder",
            f"{report.name} was not written: it would hold values of your file, and lie in the "
            "folder that partners share",
        )
    from exchange.submission.findings_workbook import write_report  # noqa: PLC0415 - few ask for it

    for extract in plan.extracts:
        several, dataset = len(plan.extracts) > 1, extract.prepared.dataset.id
        path = report.with_stem(f"{report.stem}-{dataset}") if several else report
        write_report(
            app.folder / path,
            extract.prepared,
            plan.files,
            extract.answers,
            with_values=with_values,
        )
        console.hint(f"each line is listed in {path}")
        if with_values:
            console.warning(
                "file-holds-personal-data",
                f"{path.name} holds personal data: keep it on this machine, and delete it "
                "when you have finished",
            )


def say_plan(
    plan: Plan, *, came_in_is_shown: bool = False, open_queries_follow: bool = False
) -> None:
    """Show what came in, where it went, and what was found in it.

    Args:
        open_queries_follow: They are asked about, or refused, next.
    """
    for extract in plan.extracts:
        prepared = extract.prepared
        if came_in_is_shown:
            _say_rows(rows_out(prepared))
        else:
            say_account(prepared)
        _say_comparison(prepared)
        subject = f"{prepared.dataset.id} {days_in_words(prepared.covered)}"
        follow = extract.open_queries if open_queries_follow else []
        to_show = [finding for finding in prepared.findings if finding not in follow]
        console.say_findings(to_show, subject, extract.answers.to)


def _say_comparison(prepared: Prepared) -> None:
    """Show the file's counts beside those of earlier submissions."""
    heading, *rows = prepared.comparison.table() or [()]
    if rows:
        console.result("compared with earlier submissions:")
        console.table(rows, heading)


def say_account(prepared: Prepared) -> None:
    """Show what came in and where it went: rows in = rows checked + rows left out."""
    _say_heading(prepared.covered, prepared.selected)
    _say_rows(account_rows(prepared))


def _say_checked(checked: CheckedExtract) -> None:
    """Show what came in, while the rest is being made ready."""
    with console.asking():
        _say_heading(checked.covered, checked.selected)
        _say_rows(rows_in(checked.outcome.tally))


def _say_heading(covered: Covered, selected: Selected) -> None:
    label = covered.quarter.label
    is_whole = covered == Covered.whole(covered.quarter)
    days = label if is_whole else f"{days_in_words(covered)}, of {label}"
    console.result(f"{selected.dataset.id}  {days}")
    for words in selected.assumed:
        console.result(f"  {words}")
    if months := by_month(selected, covered):
        console.result(f"  records by month: {months}")


def _say_rows(rows: list[tuple[str, int]]) -> None:
    width = max((len(f"{n:,}") for _, n in rows), default=0)
    room = max(min(52, (console.width() or 80) - width - 2), 2)
    for words, n in rows:
        console.result(f"  {words:<{room - 1}} {n:>{width},}")


def one_or_all(results: Sequence[object]) -> object:
    """Return one result as itself, and several as a list, for --json."""
    return results[0] if len(results) == 1 else list(results)


def ask_queries(app: App, plan: Plan) -> None:
    """Ask why each open query is right; what is left open is not sent."""
    for extract in plan.extracts:
        waiting = extract.open_queries
        subject = f"{extract.prepared.dataset.id} {days_in_words(extract.prepared.covered)}"
        for number, query in enumerate(waiting, start=1):
            heading = f"{subject}, query {number} of {len(waiting)}, {query.rule.id}"
            question = f"{heading}\n  {finding_lines([query])[0]}\nWhy is this right?"
            while query in extract.open_queries:
                reason = TerminalPrompt().choose(question, REASONS | {_LEAVE: _LEAVE_MEANS})
                if reason == _LEAVE:
                    return
                if reason == OTHER:
                    words = "In a short sentence, which stays on this computer"
                    reason = ask(words)
                try:
                    plan.answer(query.rule.id, reason, app.now, extract.prepared.dataset.id)
                except Usage as refusal:
                    console.say_refusal(refusal)


_LEAVE: Final = "leave"
_LEAVE_MEANS: Final = "it is wrong, or I do not know: send nothing"
