"""The settings of a protocol as they are typed: read, and refused where not understood."""

from dataclasses import dataclass
from datetime import date

from exchange.errors import Usage
from exchange.log.log import Log
from exchange.submission.protocol import PLACES
from exchange.typed_words import check_dataset
from partners.entries.card import KINDS
from partners.entries.protocol import DeadlineRule, OnBehalf, PublishProtocol
from partners.register.rules import DEADLINE_MOST, SMALLEST_MOST
from schemas.datasets.dataset import SMALLEST
from schemas.datasets.local import PREFIX


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedSettings:
    """The settings of a protocol, each as its option was typed."""

    smallest: int
    withhold: tuple[str, ...]
    personal_data: bool
    places: tuple[str, ...]
    local: tuple[str, ...]
    behalf: tuple[str, ...]
    deadlines: tuple[str, ...]
    witnesses: int
    review: date | None

    def read(self, title: str, sha256: str, size: int, log: Log) -> PublishProtocol:
        """Return the version of the protocol that these settings and a document make.

        Raises:
            Usage: one is not in the right form, or names what there is not.
        """
        _check_smallest(self.smallest)
        for name in self.withhold:
            check_dataset(name)
        return PublishProtocol(
            title,
            sha256=sha256,
            size=size,
            smallest=self.smallest,
            domestic=dict.fromkeys(self.withhold, "withhold"),
            personal=self.personal_data,
            places=_read_places(self.places),
            minutes=(),  # times to the minute, which no dataset allows any more
            local=_read_local(self.local),
            behalf=_read_behalf(self.behalf, log),
            witnesses=self.witnesses,
            review=self.review,
            deadlines=_read_deadlines(self.deadlines, log),
        )


def _check_smallest(smallest: int) -> None:
    """Refuse a smallest group that the tool does not allow."""
    if SMALLEST <= smallest <= SMALLEST_MOST:
        return
    allowed = SMALLEST if smallest < SMALLEST else SMALLEST_MOST
    raise Usage(
        "smallest-group-not-allowed",
        f"--smallest must be from {SMALLEST} to {SMALLEST_MOST}",
        f"use --smallest {allowed}",
        "the protocol was not published",
    )


def _refuse_repeats(pairs: list[tuple[str, str]], option: str) -> dict[str, str]:
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


def _pair(typed: str, option: str, between: str) -> tuple[str, str]:
    """Read NAME=VALUE."""
    name, mark, value = typed.partition(between)
    if not mark or not name or not value:
        raise Usage(
            "option-not-understood",
            f"{option} is not in the right format",
            "see the format: exchange partnership protocol publish --help",
        )
    return name, value


def _read_deadlines(typed: tuple[str, ...], log: Log) -> dict[str, DeadlineRule]:
    """Read the deadlines that the partners agreed on.

    Raises:
        Usage: one is not in the right form, or is no deadline before that of the Regulations.
    """
    deadlines: dict[str, DeadlineRule] = {}
    for name, value in _refuse_repeats(
        [_pair(text, "--deadline", "=") for text in typed], "--deadline"
    ).items():
        period, days = _pair(value, "--deadline", ":")
        if period not in ("month", "quarter") or not (days.isdigit() and len(days) < 4):
            raise Usage(
                "option-not-understood",
                "--deadline is not in the right format",
                "write DATASET=month:20, or DATASET=quarter:45",
            )
        if int(days) > DEADLINE_MOST:
            raise Usage(
                "deadline-after-that-of-the-law",
                f"--deadline can be at most {DEADLINE_MOST} days after the month or quarter ends",
            )
        if name != "all":
            check_dataset(name, log.register.adopted)
        names = log.register.adopted if name == "all" else [name]
        deadlines = deadlines | dict.fromkeys(names, DeadlineRule(period, int(days)))
    return deadlines


def _read_local(typed: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Read datasets of the partnership's own, with the kinds of authority that share them.

    Raises:
        Usage: one is not in the right form.
    """
    local = {}
    pairs = [_pair(text, "--local", "=") for text in typed]
    for name, kinds in _refuse_repeats(pairs, "--local").items():
        local[name] = tuple(kinds.split(","))
        if not name.startswith(PREFIX) or not set(local[name]) <= set(KINDS):
            raise Usage(
                "local-dataset-not-understood",
                f"--local must name a dataset that begins with {PREFIX}, and kinds of authority",
                "choose kinds: " + ", ".join(KINDS),
            )
    return local


def _read_behalf(typed: tuple[str, ...], log: Log) -> tuple[OnBehalf, ...]:
    """Read who submits a dataset for whom.

    Raises:
        Usage: one is not in the right form, or names no partners.
    """
    behalf = []
    for text in typed:
        dataset, partners = _pair(text, "--behalf", ":")
        sender, owner = _pair(partners, "--behalf", "=")
        check_dataset(dataset, log.register.adopted)
        if not {sender, owner} <= set(log.register.partners) or sender == owner:
            raise Usage(
                "behalf-partners-unknown",
                "--behalf must name two enrolled partners",
                "choose from: " + ", ".join(log.register.partners),
            )
        behalf.append(OnBehalf(dataset, sender, owner))
    return tuple(behalf)


def _read_places(typed: tuple[str, ...]) -> dict[str, str]:
    """Read the finest place that may be shared, of each dataset that is named.

    Raises:
        Usage: one names no dataset, or no place.
    """
    places = _refuse_repeats([_pair(text, "--place", "=") for text in typed], "--place")
    for name in places:
        check_dataset(name)
    if not set(places.values()) <= set(PLACES):
        raise Usage(
            "place-setting-not-understood",
            "--place must name a dataset and a place",
            "choose a place: " + ", ".join(PLACES),
        )
    return places
