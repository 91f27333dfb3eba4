"""exchange partnership protocol: the information sharing protocol, published, signed and shown."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from exchange.cli import console
from exchange.cli.group import App
from exchange.cli.options import as_json, passphrase_file, yes
from exchange.cli.session import confirmed, open_log, unlock
from exchange.cli.tree import summary
from exchange.dataset_ids import check_dataset
from exchange.errors import NothingToDo, Usage
from exchange.log.log import Log
from exchange.log.recipients import my_card
from exchange.profile.settings import Settings
from exchange.submission.promises import broken_promises
from exchange.text import in_columns, with_noun
from partners.entries.card import KINDS
from partners.entries.kinds import Agreed, Behalf, PublishProtocol, SignProtocol
from partners.law.authorities import standing_of
from partners.register.rules import DEADLINE_MOST
from partners.register.state import Protocol, Signature
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.local import PREFIX
from schemas.quarters import london_day, long_date

_PLACES = {"outward": "the outward code", "lsoa": "the LSOA"}
_GROUP_MOST = 100  # rows of the smallest group, as the log allows it
_DOCUMENT_MOST = 256 * 1024 * 1024  # bytes

document = click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE"
)


@click.command(help=summary("partnership protocol publish"))
@document
@click.option("--title", help="Its title (default: the name of the file).")
@click.option(
    "--smallest",
    type=int,
    default=SMALLEST,
    show_default=True,
    help=f"How many sensitive records must be alike, from {SMALLEST} to {_GROUP_MOST}.",
)
@click.option(
    "--withhold",
    "withhold",
    multiple=True,
    metavar="DATASET",
    help="No partner shares recorded domestic incidents of this dataset, except as personal "
    "data; repeat for several.",
)
@click.option(
    "--personal-data",
    is_flag=True,
    help="The protocol allows domestic incidents to be shared as personal data.",
)
@click.option(
    "--place",
    "places",
    multiple=True,
    metavar="DATASET=PLACE",
    help="Most precise place to share for a dataset: outward or lsoa.",
)
@click.option(
    "--local",
    "local",
    multiple=True,
    metavar="DATASET=KIND,KIND",
    help="A dataset of your own, and the kinds of authority that share it.",
)
@click.option(
    "--behalf",
    "behalf",
    multiple=True,
    metavar="DATASET:BY=OF",
    help="A partner that submits a dataset for another: ambulance-callouts:ambulance=care-board.",
)
@click.option(
    "--deadline",
    "deadlines",
    multiple=True,
    metavar="DATASET=month:DAYS",
    help="Share a dataset sooner than the Regulations ask: month:20 is within 20 days of each "
    "month's end, quarter:45 within 45 days of the quarter's. DATASET may be all.",
)
@click.option(
    "--witnesses",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="Witnesses needed to confirm a submission time.",
)
@click.option(
    "--review",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The day of its next review.",
)
@yes
@passphrase_file
@as_json
@click.pass_obj
def publish(
    app: App,
    file: Path,
    title: str | None,
    smallest: int,
    withhold: tuple[str, ...],
    personal_data: bool,
    places: tuple[str, ...],
    local: tuple[str, ...],
    behalf: tuple[str, ...],
    deadlines: tuple[str, ...],
    witnesses: int,
    review: datetime | None,
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Write its hash and its settings into the log; every authority then signs it."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    _check_smallest(smallest)
    finest = _once([_pair(told, "--place", "=") for told in places], "--place")
    for name in (*withhold, *finest):
        check_dataset(name)
    if not set(finest.values()) <= set(_PLACES):
        raise Usage(
            "place-setting-not-understood",
            "--place must name a dataset and a place",
            "choose a place: " + ", ".join(_PLACES),
        )
    digest, size = _hashed(app.folder / file)
    title = title or file.stem
    if _names_somebody(title):
        raise Usage(
            "text-holds-identifier",
            "the title seems to contain an identifier",
            "use another title: --title",
        )
    published = PublishProtocol(
        title,
        digest,
        size,
        smallest,
        dict.fromkeys(withhold, "withhold"),
        personal_data,
        finest,
        (),  # times to the minute, which no dataset allows any more
        _local(local),
        _behalf(behalf, log),
        witnesses,
        review.date() if review else None,
        _deadlines(deadlines, log),
    )
    _refuse_broken_promises(published, log)
    void, sharing_personal = _signatures(log), bool(log.register.personal_signatories)
    show = console.detail if as_json else console.result
    _say_published(published, show)
    _say_signatures("publishing this version cancels these signatures:", void, show)
    confirmed(_question(len(void)), yes=yes)
    officer = unlock(settings, passphrase_file)
    done = log.write(published, my_card(log, officer), officer, app.now)
    console.outcome(
        f"published  {title}  log {done}",
        json=as_json,
        entry=done,
        **published.to_json(),
        cancelled=[name for name, _ in void],
    )
    _say_signatures("no longer signed:", void, show)
    if sharing_personal:
        console.hint(_until_signed(personal_data))
    console.hint(
        "send the document to every authority; each signs with: exchange partnership "
        "protocol sign FILE"
    )


def _until_signed(has_clause: bool) -> str:
    """Say what a new version does to the sharing of personal data."""
    if not has_clause:
        return (
            "this version has no clause on personal data, so personal data can no longer be shared"
        )
    return (
        "partners can share personal data again when they sign this version's clause: "
        "exchange partnership protocol sign FILE --personal-data"
    )


def _check_smallest(smallest: int) -> None:
    """Refuse a smallest group that the tool does not allow."""
    if SMALLEST <= smallest <= _GROUP_MOST:
        return
    allowed = SMALLEST if smallest < SMALLEST else _GROUP_MOST
    raise Usage(
        "smallest-group-not-allowed",
        f"--smallest must be from {SMALLEST} to {_GROUP_MOST}",
        f"use --smallest {allowed}",
        "the protocol was not published",
    )


def _once(pairs: list[tuple[str, str]], option: str) -> dict[str, str]:
    """Return pairs as a table, each dataset given once.

    Raises:
        Usage: one is given twice, so that one of the two would not be followed.
    """
    table = dict(pairs)
    if len(table) < len(pairs):
        raise Usage(
            "option-given-twice",
            f"{option} is given twice for one dataset",
            f"give {option} once for each dataset",
            "the protocol was not published",
        )
    return table


def _refuse_broken_promises(published: PublishProtocol, log: Log) -> None:
    """Refuse to publish what the tool would not do.

    Raises:
        Usage: it does not follow one of the settings.
    """
    broken = broken_promises(published, log.register)
    if broken:
        raise Usage(
            "protocol-promise-not-kept",
            "the protocol was not published: it has settings that have no effect",
            *(f"publish it {one.instead}" for one in broken),
            lines=tuple(map(str, broken)),
        )


def _signatures(log: Log) -> list[tuple[str, str]]:
    """Return who has signed the version in force, by name, with when."""
    protocol = log.register.protocol
    signatures = protocol.signatures if protocol else {}
    return [(log.register.partners[p].name, _signed(one)) for p, one in signatures.items()]


def _signed(signature: Signature) -> str:
    day = long_date(london_day(signature.time))
    return f"signed {day}" + (", with personal data" if signature.personal else "")


def _say_signatures(heading: str, rows: list[tuple[str, str]], show: Callable[[str], None]) -> None:
    if rows:
        show(heading)
        for line in in_columns([(f"  {name}", signed) for name, signed in rows]):
            show(line)


def _question(void: int) -> str:
    if not void:
        return "Publish it? Every authority must sign it."
    signatures = with_noun(void, "signature")
    return f"Publish it? This cancels {signatures}; every authority must sign this version."


@click.command(help=summary("partnership protocol sign"))
@document
@click.option("--personal-data", is_flag=True, help="Sign the clause on personal data too.")
@yes
@passphrase_file
@as_json
@click.pass_obj
def sign(
    app: App,
    file: Path,
    personal_data: bool,
    yes: bool,
    passphrase_file: str | None,
    as_json: bool,
) -> None:
    """Sign the version in force; the file must be the document that was published."""
    settings = Settings.find(app.folder, app.partnership)
    log = open_log(settings)
    protocol = log.register.protocol
    if protocol is None:
        raise Usage(
            "protocol-missing",
            "no protocol has been published yet",
            "ask a coordinator to publish it: exchange partnership protocol publish FILE",
        )
    digest, _ = _hashed(app.folder / file)
    if digest != protocol.published.sha256:
        raise Usage(
            "protocol-file-differs",
            f"{file.name} is not the document that was published",
            f"ask for the document called {protocol.published.title}",
            "nothing was signed",
        )
    _say_published(protocol.published, console.detail if as_json else console.result)
    _warn_of_broken_promises(protocol.published, log)
    what = "it, and its clause on personal data," if personal_data else "it"
    confirmed(f"Sign {what} for your authority?", yes=yes)
    officer = unlock(settings, passphrase_file)
    card = my_card(log, officer)
    mine = protocol.signatures.get(card.partner)
    if mine is not None and mine.personal == personal_data:
        raise NothingToDo(
            "protocol-already-signed", f"{card.partner} already signed it: log {mine.position}"
        )
    signed = SignProtocol(protocol.id, digest, personal_data)
    done = log.write(signed, card, officer, app.now)
    console.outcome(
        f"signed  {card.partner}  {protocol.published.title}  log {done}",
        json=as_json,
        partner=card.partner,
        title=protocol.published.title,
        personal=personal_data,
        entry=done,
    )


@click.command(help=summary("partnership protocol show"))
@as_json
@click.pass_obj
def show(app: App, as_json: bool) -> None:
    """Show its settings and, partner by partner, when it was signed."""
    log = open_log(Settings.find(app.folder, app.partnership), offline=True)
    protocol = log.register.protocol
    if as_json:
        console.as_json(_to_json(log, protocol))
        return
    if protocol is None:
        console.result("no protocol has been published")
        console.hint("a coordinator can publish one: exchange partnership protocol publish FILE")
        return
    published = protocol.published
    console.result(f"{published.title}, published {_day(protocol.time)}, log {protocol.position}")
    _say_published(published, console.result)
    _warn_of_broken_promises(published, log)
    console.result()
    rows = []
    today = london_day(app.now)
    for partner in _signing(log):
        signed = protocol.signatures.get(partner)
        rows.append(
            (
                partner,
                _must(log, partner, today),
                f"signed {_day(signed.time)}" if signed else "not signed",
                "with personal data" if signed and signed.personal else "",
                f"log {signed.position}" if signed else "",
            )
        )
    console.table(rows, ("partner", "legal status", "state", "clause", "log"))
    _say_officers(log)
    if published.review and published.review <= london_day(app.now):
        console.warning(
            "protocol-review-due",
            f"the protocol was due for review on {long_date(published.review)}",
        )


def _pair(told: str, option: str, between: str) -> tuple[str, str]:
    """Read NAME=VALUE."""
    name, found, value = told.partition(between)
    if not found or not name or not value:
        raise Usage(
            "option-not-understood",
            f"{option} is not in the right format",
            "see the format: exchange partnership protocol publish --help",
        )
    return name, value


def _deadlines(told: tuple[str, ...], log: Log) -> dict[str, Agreed]:
    """Read the deadlines that the partners agreed on.

    Raises:
        Usage: one is not in its form, or is no deadline before that of the Regulations.
    """
    found: dict[str, Agreed] = {}
    for name, value in _once([_pair(one, "--deadline", "=") for one in told], "--deadline").items():
        every, days = _pair(value, "--deadline", ":")
        if every not in ("month", "quarter") or not (days.isdigit() and len(days) < 4):
            raise Usage(
                "option-not-understood",
                "--deadline is not in the right format",
                "write DATASET=month:20, or DATASET=quarter:45",
            )
        if int(days) > DEADLINE_MOST:
            raise Usage(
                "deadline-after-that-of-the-law",
                f"--deadline can be at most {DEADLINE_MOST} days after the month or quarter ends",
                "the protocol was not published; the Regulations ask for it by the end of the "
                "next quarter",
            )
        if name != "all":
            check_dataset(name, log.register.adopted)
        names = log.register.adopted if name == "all" else [name]
        found = found | dict.fromkeys(names, Agreed(every, int(days)))
    return found


def _local(told: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found = {}
    pairs = [_pair(one, "--local", "=") for one in told]
    for name, kinds in _once(pairs, "--local").items():
        found[name] = tuple(kinds.split(","))
        if not name.startswith(PREFIX) or not set(found[name]) <= set(KINDS):
            raise Usage(
                "local-dataset-not-understood",
                f"--local must name a dataset that begins with {PREFIX}, and kinds of authority",
                "choose kinds: " + ", ".join(KINDS),
            )
    return found


def _behalf(told: tuple[str, ...], log: Log) -> tuple[Behalf, ...]:
    found = []
    for one in told:
        dataset, partners = _pair(one, "--behalf", ":")
        by, of = _pair(partners, "--behalf", "=")
        check_dataset(dataset, log.register.adopted)
        if not {by, of} <= set(log.register.partners) or by == of:
            raise Usage(
                "behalf-partners-unknown",
                "--behalf must name two enrolled partners",
                "choose from: " + ", ".join(log.register.partners),
            )
        found.append(Behalf(dataset, by, of))
    return tuple(found)


def _must(log: Log, partner: str, day: date) -> str:
    """Say whether an authority must sign: all responsible authorities do, others are asked to."""
    found = standing_of(log.register.partners[partner].kinds, log.register.nation, day)
    return "responsible authority" if found and found.standing == "responsible" else "may"


def _signing(log: Log) -> list[str]:
    """Return the partners who have somebody that may sign for them; analysts alone do not."""
    cards = log.register.cards.values()
    may = {card.partner for card in cards if {"liaison", "coordinator"} & set(card.roles)}
    return [partner for partner in log.register.partners if partner in may]


def _say_officers(log: Log) -> None:
    """Say who is each authority's designated liaison officer, and who has none."""
    console.result()
    rows = []
    for partner in _signing(log):
        for deputy in (False, True):
            one = log.register.nominations.get((partner, deputy))
            if one is None and deputy:
                continue
            office = f"{partner}/{one.nominee}" if one else partner
            state = "not appointed" if one is None else f"since {_day(one.time)}"
            waits = ", not yet confirmed" if one and one.accepted is None else ""
            rows.append((office, "deputy" if deputy else "liaison officer", state + waits))
    console.table(rows, ("office", "as", "state"))


def _hashed(file: Path) -> tuple[str, int]:
    size = file.stat().st_size
    if not 0 < size <= _DOCUMENT_MOST:
        raise Usage("document-size-not-allowed", f"{file.name} is empty, or larger than 256 MiB")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest(), size


def _names_somebody(text: str) -> bool:
    import polars as pl

    from depersonalise.identifiers import holding_identifiers

    return bool(len(holding_identifiers(pl.Series([text]))))


def _say_published(published: PublishProtocol, show: Callable[[str], None]) -> None:
    clause = "has a clause on personal data" if published.personal else "no personal data"
    rows = [
        ("document", f"SHA-256 {published.sha256}"),
        ("sensitive records alike", f"at least {published.smallest}"),
        ("domestic incidents", clause),
        *(("domestic incidents withheld", name) for name in published.domestic),
        *(("finest place", f"{p}: {_PLACES[w]}") for p, w in published.places.items()),
        *(("times to the minute", name) for name in published.minutes),
        *(("local dataset", f"{n}, of {', '.join(k)}") for n, k in published.local.items()),
        *(("on behalf", f"{b.dataset}: {b.by} for {b.of}") for b in published.behalf),
        *(
            ("deadline", f"{name}: {one.days} days after each {one.every}")
            for name, one in published.deadlines.items()
        ),
        *(("witnesses", "two authorities") for _ in range(published.witnesses - 1)),
    ]
    if published.review:
        rows.append(("review", long_date(published.review)))
    for name, value in rows:
        show(f"  {name:<28}{value}")


def _warn_of_broken_promises(published: PublishProtocol, log: Log) -> None:
    """Say what a protocol in the log says, and the tool does not do."""
    for one in broken_promises(published, log.register):
        console.warning(
            "protocol-setting-not-followed", f"exchange does not follow {one.option}: {one.says}"
        )


def _day(time: datetime) -> str:
    return long_date(london_day(time))


def _to_json(log: Log, protocol: Protocol | None) -> dict[str, Any] | None:
    if protocol is None:
        return None
    return {
        "entry": protocol.position,
        "time": protocol.time.isoformat(),
        **protocol.published.to_json(),
        "not_kept": [one.option for one in broken_promises(protocol.published, log.register)],
        "signatures": {
            partner: {
                "entry": signed.position,
                "time": signed.time.isoformat(),
                "who": signed.who,
                "personal": signed.personal,
            }
            for partner, signed in protocol.signatures.items()
        },
        "liaison_officers": [
            {
                "partner": partner,
                "office": one.nominee,
                "deputy": deputy,
                "entry": one.position,
                "accepted": one.accepted,
            }
            for (partner, deputy), one in log.register.nominations.items()
        ],
        "not_signed": [p for p in _signing(log) if p not in protocol.signatures],
    }
