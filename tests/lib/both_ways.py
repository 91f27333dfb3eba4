"""A log replayed from its first entry, and resumed from a snapshot: both must be the same.

Where EXCHANGE_BOTH_WAYS is set, every log that a command of a test opens is held to this: the
snapshot is kept after every entry, what is resumed from it is compared with a whole replay, and the
command goes on with what was resumed (`make soak PART=snapshot`).
"""

import dataclasses
import random
from collections.abc import Callable
from typing import Any

import pytest

from exchange.log.replay import Replay
from exchange.log.snapshot import Decided, resume
from exchange.log.sync import SyncedLog
from exchange.log.trust import Founding, VerifiedTree
from partners.register.register import Register

SWITCH = "EXCHANGE_BOTH_WAYS"


def facts(replay: Replay) -> dict[str, Any]:
    """Return all that follows from a log, read to its end."""
    register, tree = replay.register, replay.tree
    returns = register.returns
    fields = {
        field.name: getattr(register, field.name)
        for field in dataclasses.fields(Register)
        if field.name not in ("all_returns", "entry_ids", "applied")
    }
    return fields | {
        "order": {name: list(value) for name, value in fields.items() if isinstance(value, dict)},
        "entries": list(replay.entries),
        "applied": list(register.applied),
        "tree": (tree.leaves, tree.roots, tree.peaks),
        "odd": (replay.unread, replay.unsigned),
        "signers": replay._by_key,
        "returns": returns,
        "current": register.current(),
        "in effect": {
            (r.key, r.statement.quarter): register.all_returns.in_effect(r.key, r.statement.quarter)
            for r in returns
        },
        "of quarters": {
            r.statement.quarter: register.all_returns.of(r.statement.quarter) for r in returns
        },
        "around": [
            register.returns_around(s.partner, s.dataset, s.quarter)
            for s in (r.statement for r in returns)
        ],
        "named": {r.id: register.all_returns.named(r.id) for r in returns},
    }


def hold_to(whole: Replay, resumed: Replay, seed: int) -> None:
    """Hold what was resumed to the whole replay; its quarters are read in any order."""
    signed = {(key, entry_id) for key, entry_id in whole.register.entry_ids}
    assert all(resumed.register.is_copy(*one) for one in signed)
    ids = {entry.id for entry in whole.entries if entry is not None} | {"0" * 32}
    keys = {*whole.register.cards, *whole.register.revoked, "0" * 64}
    for one in ((key, entry_id) for key in keys for entry_id in ids):
        assert resumed.register.is_copy(*one) == (one in signed)
    unsettled = {(s.position, s.id) for s in resumed.register.unsettled()}
    earlier = resumed.register.all_returns.earlier
    assert _to_be_said(whole.register) <= unsettled
    unread = sorted(earlier.unread) if earlier is not None else []
    for quarter in random.Random(seed).sample(unread, len(unread)):
        resumed.register.all_returns.of(quarter)
    first, second = facts(whole), facts(resumed)
    for name in first:
        assert first[name] == second[name], name


def _to_be_said(register: Register) -> set[tuple[int, str]]:
    """Return the submissions of which status may have to say something."""
    keys = register.cards.keys()
    return {
        (s.position, s.id)
        for s in register.current()
        if s.requests or s.has_held or keys - {key for _, key in s.statement.recipients}
    }


def resumed_at(
    cuts: list[int], files: list[bytes], founding: Founding, known: VerifiedTree
) -> Replay:
    """Replay files, beginning anew from a snapshot at each of some sizes."""
    replay, decided = Replay.begin(founding, "here"), None
    ends = list(range(len(files)))
    for cut in cuts:
        for data in files[replay.tree.size : cut]:
            replay.take(replay.read_again(data, known))
        decided = decided or Decided(str(founding))
        decided.go_on(replay, ends[:cut])
        line = decided.to_bytes()
        decided, replay = Decided.from_bytes(line), Replay.begin(founding, "here")
        resume(decided, replay, files.__getitem__)
    for data in files[replay.tree.size :]:
        replay.take(replay.read(data))
    return replay


def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every log that is opened keep a snapshot, resume from it, and be compared."""
    read_all: Callable[..., None] = SyncedLog.read_all

    def both(self: SyncedLog, *args: object, **kwargs: object) -> None:
        if self.snapshot is not None:
            self.snapshot = dataclasses.replace(self.snapshot, every=1)
        read_all(self, *args, **kwargs)
        if self.snapshot is None or self.cache is None or not len(self.cache):
            return
        ends = self.cache.ends
        files = [self.cache[position] for position in range(len(ends))]
        whole = Replay.begin(self.founding, str(self.store))
        for data in files:
            whole.take(whole.read(data))
        again = SyncedLog(self.store, self.founding, self.memory, self.cache, self.snapshot)
        assert again._resume(self.memory.read())
        hold_to(whole, again.replay, len(files))
        self.cache.skip(ends)

    monkeypatch.setattr(SyncedLog, "read_all", both)
