"""Mistakes that somebody could make in the log, each of which the simulation must find."""

from collections.abc import Callable
from typing import Final

from exchange.log import after_end, log, proved_times, reader, replay, sync
from exchange.log.checkpoints import Checkpoints
from exchange.log.log import Log
from exchange.log.replay import Replay
from exchange.log.sync import SyncedLog
from exchange.log.trust import VerifiedTreeFile
from exchange.stores.store import AlreadyThere
from partners.register import replay as judging
from partners.register import rules
from tests.lib.simulation import FailingStore

nothing = lambda *_, **__: None  # noqa: E731 - what many of them do instead


def _silent(store: FailingStore, name: str, content: bytes, tag: str = "") -> None:
    try:
        PUBLISH(store, name, content, tag)
    except AlreadyThere:
        return


PUBLISH: Final = FailingStore.publish
READ: Final = FailingStore.read
GIVE_BACK: Final = SyncedLog._give_back
JUDGE: Final = rules.rejection_reason
INTERVAL: Final = proved_times.Witnessed.proved_time


def _first_named(replayed: Replay, note: object) -> object:
    by_key = replayed._by_key.items()
    named = [card for (name, _), ones in by_key if name == note.signatures[0].name for card in ones]
    return named[0] if named else None


def _ends_at_large(store: object, position: int) -> bytes | None:
    data = READ(store, reader.entry_name(position), 10**9)
    return None if data is not None and len(data) > replay.ENTRY_MAX else data


def _one_too_far(synced: SyncedLog, lost: list[bytes], start: int) -> bool:
    return GIVE_BACK(synced, lost, start + 1)


def _whatever_is_there(synced: SyncedLog, lost: list[bytes], start: int) -> bool:
    for position, data in enumerate(lost, start):
        _silent(synced.store, reader.entry_name(position), data)
    return True


def _of_the_last_entry(checkpoints: Checkpoints, _: int, most: int, keys: object) -> object:
    return checkpoints.find(most, keys)


def _one_is_enough(seen: object, position: int, partner: str, enough: int = 1) -> object:
    return INTERVAL(seen, position, partner, 1)


def _though(rejection: str) -> Callable[..., object]:
    """Let an entry count though a rule is against it."""

    def judged(*arguments: object, **named: object) -> object:
        why = JUDGE(*arguments, **named)
        return None if why is not None and why.id == rejection else why

    return judged


def _one_too_early(seen: object, position: int, partner: str, enough: int = 1) -> object:
    return INTERVAL(seen, position - 1, partner, enough)


# Each bug: what is replaced, where, and with what.
BUGS: Final[dict[str, tuple[object, str, object]]] = {
    "a file is written over another": (FailingStore, "is_taken", lambda *_: False),
    "a name that is taken is taken for written": (FailingStore, "publish", _silent),
    "nothing is remembered": (VerifiedTreeFile, "keep", nothing),
    "what is remembered is not compared": (SyncedLog, "compare", nothing),
    "a gap is written into": (log, "stop_at_gap", nothing),
    "no checkpoint is signed": (Checkpoints, "sign", nothing),
    "a gap is told by entries alone": (after_end, "CHECKPOINT", after_end.ENTRY),
    "any signature is good": (replay, "is_signed", lambda *_: True),
    "a signer is known by name": (Replay, "card_of", _first_named),
    "what a signer had seen is not compared": (Replay, "agrees", lambda *_: True),
    "anybody may return for anybody": (rules, "_judge_for_partner", nothing),
    "what was lost is put back one too far": (SyncedLog, "_give_back", _one_too_far),
    "a changed copy is believed": (sync, "lead_to_tree", lambda *_, **__: True),
    "the log ends at what is too large": (reader, "entry_at", _ends_at_large),
    "one witness is enough": (proved_times.Witnessed, "proved_time", _one_is_enough),
    "one witness makes late": (proved_times, "_AGREEING", 1),
    "a written entry is not taken": (Log, "take_written", nothing),
    "an entry is written though it is refused": (log, "rejection_reason", nothing),
    "a copy of an entry counts": (judging, "rejection_reason", _though("entry-copied")),
    "anybody may change the areas": (
        judging,
        "rejection_reason",
        _though("signer-not-coordinator"),
    ),
    "anybody may return anything": (judging, "rejection_reason", _though("dataset-not-held")),
    "what is given up stops all the same": (Replay, "is_given_up", lambda *_: False),
    "an entry is written one too far": (log, "entry_name", lambda n: reader.entry_name(n + 1)),
    "a cosignature proves the next too": (
        proved_times.Witnessed,
        "proved_time",
        _one_too_early,
    ),
    "the end of the store is not looked at": (SyncedLog, "_repair", lambda _: True),
    "what is lost is put back after what another wrote": (
        SyncedLog,
        "_give_back",
        _whatever_is_there,
    ),
    "only a checkpoint of the last entry is compared": (Checkpoints, "newest", _of_the_last_entry),
    "what is lost is put back as something else": (SyncedLog, "_lost_entries", lambda _: [b"x"]),
}
