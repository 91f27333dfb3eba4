"""Extracts on their way: one thread works on each, and waits where the officer is to be asked.

It calls what `exchange submit` calls, in the same order. Where that asks at a terminal (which
dataset, which dates, the passphrase), the thread waits and the page shows the question. Files, rows
and the unlocked key are in memory alone, and gone when the draft is sent or dropped.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from exchange.errors import KeyRefused, Refusal
from exchange.keys.identity import UnlockedKey, read_identity
from exchange.keys.passphrases import passphrase_in_keyring
from exchange.page.faults import fault_in_words
from exchange.page.progress import Progress
from exchange.profile.settings import Settings
from exchange.submission.mapping_files import Undo
from exchange.submission.plan import Plan, plan_extract
from exchange.submission.policy import PrepareOptions
from exchange.submission.prepare import CheckedExtract
from exchange.submission.submit import SubmitResult, submit_extract
from schemas.extract.file import FileInMemory

_KEPT: Final = 3  # drafts, with their files
_PLANNING: Final = {
    "reading the log": "Reading the log",
    "reading": "Reading the file",
    "checking": "Checking the rows",
    "depersonalising": "Depersonalising",
}
_SENDING: Final = {"sealing": "Encrypting", "sending": "Sending"}  # of each bundle


def _at_step(stage: str, done: int, total: int) -> Progress:
    words = (_PLANNING | _SENDING).get(stage, "Working")
    return Progress(f"{words} (step {min(done + 1, total)} of {total})", done, total)


class Dropped(BaseException):
    """The officer has dropped the draft: its thread ends, between two steps."""


class State(StrEnum):
    """How far a draft is."""

    WORKING = "working"
    ASKED = "asked"
    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Question:
    """What the officer is asked: one of some options, or the passphrase where there are none."""

    text: str
    options: dict[str, str]

    @property
    def is_passphrase(self) -> bool:
        """Whether it is the passphrase."""
        return not self.options


@dataclass(slots=True)
class Draft:
    """An extract that was dropped on the page, and what has become of it so far.

    Attributes:
        state: How far it is.
        progress: What is being done, and which step of how many that is.
        is_wrong: The passphrase that was typed was another key's.
        question: What the officer is asked, while `state` is ASKED.
        checked: What came in, dataset by dataset, when its rows are right.
        plan: What would be sent, from READY on.
        refusal: Why it stopped, if a rule or a refusal stopped it; `fault`, if a mistake of
            exchange's own did.
        repairs: What the officer said about the file, which became its mapping.
        result: What was sent.
    """

    folder: Path
    partnership: str
    files: tuple[FileInMemory, ...] = field(repr=False)
    clock: Callable[[], datetime]
    dataset: str = ""
    dates: str = ""
    repairs: tuple[Undo, ...] = field(default=(), repr=False)
    id: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    state: State = State.WORKING
    progress: Progress = field(default_factory=lambda: _at_step("reading the log", 0, 4))
    question: Question | None = None
    is_wrong: bool = False
    checked: list[CheckedExtract] = field(default_factory=list)
    plan: Plan | None = field(default=None, repr=False)
    refusal: Refusal | None = None
    fault: str = ""
    result: SubmitResult | None = field(default=None, repr=False)
    confidentiality_considered: bool = False
    _answer: str | None = field(default=None, repr=False)
    _keys: dict[str, UnlockedKey] = field(default_factory=dict, repr=False)
    _dropped: bool = False
    _is_leaving: bool = False
    _left: int = 0  # bundles that are on their way to the store, or there
    _changed: threading.Condition = field(default_factory=threading.Condition, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Read, check and depersonalise it, in a thread of its own."""
        self._run(self._plan)

    def answer(self, question: Question | None, text: str) -> None:
        """Answer what is asked; an answer to a question that is no longer open is not taken."""
        with self._changed:
            if self.question is question and question is not None:
                self._answer, self.question, self.state = text, None, State.WORKING
                self.is_wrong = False
                self._changed.notify_all()

    def send(self, *, confidentiality_considered: bool) -> bool:
        """Send it; say whether this was the first to ask for it."""
        with self._changed:
            if self.state is not State.READY or self.plan is None:
                return False
            self.state = State.SENDING
            self.progress = _at_step("sealing", 0, len(_SENDING) * len(self.plan.outgoing))
            self.confidentiality_considered = confidentiality_considered
        self._run(self._send)
        return True

    def drop(self) -> bool:
        """Forget it: its thread ends at its next step; say whether it was not too late.

        What is on its way to the store is sent to its end.
        """
        with self._changed:
            if self._is_leaving:
                return False
            self._dropped = True
            if self.state is not State.SENT:
                self.state = State.STOPPED
            self.question = self._answer = self.plan = self.result = None
            self._keys.clear()
            self.files = ()
            self._changed.notify_all()
        return True

    @property
    def is_busy(self) -> bool:
        """Whether it is being sent, so that the page must not stop."""
        return self.state is State.SENDING

    @property
    def can_stop(self) -> bool:
        """Whether nothing of it is on its way to the store yet."""
        return not self._is_leaving

    def wait(self, seconds: float) -> None:
        """Wait until its thread waits for somebody, or has ended."""
        with self._changed:
            self._changed.wait_for(self.settled, timeout=seconds)

    def settled(self) -> bool:
        """Say whether somebody is to do something next."""
        return self.state not in (State.WORKING, State.SENDING)

    # --- what plan_extract asks of a terminal ---

    def choose(self, question: str, options: dict[str, str]) -> str:
        """Ask which of some options it is (`exchange.submission.detect.Prompt`)."""
        return self._ask(Question(question, options))

    def _unlock(self, settings: Settings) -> UnlockedKey:
        while settings.key not in self._keys:
            try:
                words = (
                    passphrase_in_keyring(settings.key)
                    if settings.keyring
                    else self._ask(Question("passphrase", {}))
                )
                self._keys[settings.key] = read_identity(settings.key_file, words)
            except KeyRefused as refusal:
                if refusal.id != "passphrase-wrong" or settings.keyring:
                    raise
                self.is_wrong = True
        return self._keys[settings.key]

    def _ask(self, question: Question) -> str:
        with self._changed:
            self._stop_if_dropped()
            self.question, self.state, self._answer = question, State.ASKED, None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._answer is not None or self._dropped)
            self._stop_if_dropped()
            answer, self._answer = self._answer, None
            return answer or ""

    def _at_stage(self, words: str) -> None:
        with self._changed:
            self._stop_if_dropped()
            self._is_leaving = self._is_leaving or words == "sending"
            self.progress = self._progress(words)

    def _progress(self, stage: str) -> Progress:
        """Return how far it is when a stage begins: the steps that are done, and of how many."""
        if stage in _PLANNING:
            return _at_step(stage, list(_PLANNING).index(stage), len(_PLANNING))
        done = len(_SENDING) * self._left
        if stage == "sending":
            done += 1
            self._left += 1
        return _at_step(stage, done, self.progress.total)

    def _stop_if_dropped(self) -> None:
        if self._dropped:
            raise Dropped

    # --- the thread ---

    def _run(self, work: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=self._run_without_leak, args=(work,), daemon=False)
        self._thread.start()

    def _run_without_leak(self, work: Callable[[], None]) -> None:
        """Do it; nothing of an exception is kept but where it came from: it can hold a record."""
        fault = ""
        try:
            work()
        except Dropped:
            pass
        except Refusal as refusal:
            refusal.__traceback__ = refusal.__context__ = refusal.__cause__ = None
            self._stop(refusal=refusal)
        except BaseException as error:  # noqa: BLE001 - a panic in a library is not an Exception
            fault = fault_in_words(error)
        if fault:
            self._stop(fault=fault)
        with self._changed:
            self._changed.notify_all()

    def _stop(self, *, refusal: Refusal | None = None, fault: str = "") -> None:
        with self._changed:
            self.refusal, self.fault, self.state = refusal, fault, State.STOPPED
            self._is_leaving = False
            self._keys.clear()

    def _plan(self) -> None:
        plan = plan_extract(
            folder=self.folder,
            partnership=self.partnership,
            files=self.files,
            now=self.clock(),
            datasets=(self.dataset,) if self.dataset else (),
            options=PrepareOptions(self.dates or None, unlock=self._unlock, keeps_cells=True),
            sends=True,
            offline=False,
            prompt=self,
            stage=self._at_stage,
            checked=self._add_checked,
        )
        plan.check_dates()
        with self._changed:
            self._stop_if_dropped()
            self.plan, self.state = plan, State.READY

    def _add_checked(self, checked: CheckedExtract) -> None:
        self.checked.append(checked)

    def _send(self) -> None:
        plan = self.plan
        if plan is None:
            return
        result = submit_extract(
            plan,
            unlock=self._unlock,
            now=self.clock(),
            confidentiality_considered=self.confidentiality_considered,
            stage=self._at_stage,
        )
        with self._changed:
            self.result, self.state, self._is_leaving = result, State.SENT, False
            self.files, self.plan = (), None
            self._keys.clear()


@dataclass(slots=True)
class Drafts:
    """The drafts of one run of the page; the oldest is dropped when there are too many."""

    _by_id: dict[str, Draft] = field(default_factory=dict)

    def add(self, draft: Draft) -> None:
        """Keep a draft, and start working on it."""
        idle = [draft for draft in self._by_id.values() if not draft.is_busy]
        for old in idle[: max(0, len(self._by_id) + 1 - _KEPT)]:
            self.drop(old.id)
        self._by_id[draft.id] = draft
        draft.start()

    def get(self, name: str) -> Draft | None:
        """Return a draft by its name in addresses."""
        return self._by_id.get(name)

    def drop(self, name: str) -> None:
        """Forget a draft."""
        draft = self._by_id.get(name)
        if draft is not None and draft.drop():
            del self._by_id[name]

    @property
    def is_busy(self) -> bool:
        """Whether something is being sent."""
        return any(draft.is_busy for draft in self._by_id.values())

    def end(self) -> None:
        """Forget all of them; what is being sent is sent to its end."""
        for name in list(self._by_id):
            self.drop(name)
