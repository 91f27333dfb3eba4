"""What was sent, as bytes that can be compared: drawn with fixed random bytes, and opened again."""

import contextlib
import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from exchange.bundle.bundle import open_payload
from exchange.bundle.content import content_of
from exchange.bundle.payload import description
from exchange.log.log import Log
from exchange.profile.outbox import key_map_of
from partners.entries import canonical_json
from partners.register.state import Submission
from tests.lib.extracts import CRIME_HEADINGS, csv
from tests.lib.partnership import Partnership

_CODES = (*["49", "28E", "45", "30C"] * 4, "105A", "105A", "8N", "8N", "8Q", "19C", "17A", "58A")


@contextlib.contextmanager
def fixed_random_bytes() -> Iterator[None]:
    """Draw the salts, the order of equal rows and the choice of cover the same in each run.

    How often was drawn before does not matter: a submission may be tried twice (`Partnership`).
    """
    drawn = SimpleNamespace(token_bytes=lambda count: random.Random(count).randbytes(count))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("exchange.submission.parts.secrets", drawn)
        patched.setattr("exchange.submission.policy.new_key", lambda officer, dataset: bytes(32))
        yield


@dataclass(frozen=True)
class Payload:
    """What a partner encrypted: its bytes, its rows, and which lines of the extract they were."""

    submission: Submission
    data: bytes
    rows: pl.DataFrame
    origin: pl.DataFrame

    @property
    def dataset(self) -> str:
        return self.submission.statement.dataset

    def as_pulled(self) -> pl.DataFrame:
        """Return its rows in the types of a pull, in which words and times are text."""
        words, times = pl.col(pl.Enum).cast(pl.String), pl.col(pl.Time).dt.to_string("%H:%M")
        rows = self.rows.with_columns(words, times)
        return rows.insert_column(0, self.origin["record_id"])

    @property
    def sha256(self) -> str:
        """Of its bytes, in which the version of polars stands."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def content(self) -> str:
        """Of its values, its manifest and its key map, which no library has any part in."""
        said = self.submission.statement
        own = content_of(
            pl.read_parquet(self.data), secret=bytes(32), key=self.submission.key,
            covered=said.covered, version=said.schema,
        )  # fmt: skip
        manifest = canonical_json.write(description(self.data)).decode()
        lines = self.origin.select("line", "reference").rows()
        return hashlib.sha256(f"{own}\n{manifest}\n{lines}".encode()).hexdigest()


def payloads_of(p: Partnership) -> list[Payload]:
    """Open what all partners sent, each with its own key, in the order of the log."""
    log = p.log("analysts")
    return [_payload(p, log, submission) for submission in log.register.submissions]


def _payload(p: Partnership, log: Log, submission: Submission) -> Payload:
    who = submission.statement.partner
    settings, identity = p.settings(who), p.officer(who).identity
    opened, data = open_payload(log.store, submission.statement, who, identity)
    origin = key_map_of(settings, identity, submission.id)
    return Payload(submission, data, opened.rows, origin)


def many_crimes(count: int, first: date, days: int, *, number: int = 0) -> list[str]:
    """Return lines of crimes, some of them equal but for their reference, a fifth sensitive."""
    draw = random.Random(number)
    dates = [f"{first + timedelta(n):%d/%m/%Y}" for n in range(days)]
    return [
        ",".join(
            [
                f"MANY{number + n:06d}",
                *[draw.choice(dates)] * 2,
                f"{draw.randrange(24):02d}:{draw.choice(('00', '30', '45'))}",
                draw.choice(_CODES),
                f"WZ{draw.choice('1112223')} {draw.randrange(3)}AB",
                f"E0199900{draw.randrange(9)}",
                draw.choice("YNNNNNNN"),
                draw.choice(("Y", "N", "N", "")),
            ]
        )
        for n in range(count)
    ]


def of_many(lines: list[str]) -> str:
    return csv(CRIME_HEADINGS, *lines)
