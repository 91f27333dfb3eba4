"""Notices about submissions that an officer cannot open, because they are older than the key.

The sender learns who waits for access, and the other officers whom to ask for it.
"""

from collections.abc import Iterator

from exchange.errors import Notice
from exchange.log.log import Log
from exchange.log.recipients import (
    ask_for_access,
    cards_without_access,
    log_numbers,
    officers_without_access,
    sent_by,
)
from exchange.profile.own_keys import other_keys
from exchange.profile.settings import Settings
from exchange.reports.names import names_of
from exchange.text import list_some, with_noun
from partners.register.state import Submission


def access_notices_to_sender(settings: Settings, log: Log) -> Iterator[Notice]:
    """Yield notices for a sender: who waits for access to which of their submissions."""
    names = names_of(log.register)
    lacking: dict[str, list[Submission]] = {}
    for submission in log.register.unsettled():
        if submission.statement.partner == settings.partner:
            without = officers_without_access(log, submission)
            for who in dict.fromkeys(card.who for card in cards_without_access(log, submission)):
                words = (
                    names[who] if who in without else f"{names[who]}, whose earlier key opens it"
                )
                lacking.setdefault(words, []).append(submission)
    if lacking:
        lines = (f"{who}: {log_numbers(submissions)}" for who, submissions in lacking.items())
        yield Notice(
            "submission-not-shared-with-all",
            "your submissions are not encrypted yet for keys that were added after you sent them",
            ("give it to all of them: exchange log reseal",),
            tuple(lines),
        )


def access_notices_to_receiver(settings: Settings, log: Log) -> Iterator[Notice]:
    """Yield notices for other officers: which submissions they cannot open, and whom to ask."""
    names = names_of(log.register)
    own: dict[str, list[Submission]] = {}
    others: dict[tuple[str, str], list[Submission]] = {}
    unused = {key.card.signer for key in other_keys(settings, log.register)} if settings.key else ()
    for submission in log.register.unsettled():
        sender = submission.statement.partner
        if sender == settings.partner:
            continue
        cards = cards_without_access(log, submission)
        if settings.who in {card.who for card in cards if card.signer not in unused}:
            own.setdefault(sender, []).append(submission)
        elif without := officers_without_access(log, submission):
            called = list_some([names[who] for who in without])
            others.setdefault((sender, called), []).append(submission)
    if own:
        count = with_noun(sum(map(len, own.values())), "submission")
        yield Notice(
            "submission-not-shared-with-all",
            f"not encrypted for your key yet, because they were sent before it was added: {count}",
            tuple(ask_for_access(log.register, sender) for sender in own),
            tuple(sent_by(log.register, sender, group) for sender, group in own.items()),
        )
    for (sender, called), group in others.items():
        yield Notice(
            "submission-not-shared-with-all",
            f"{called} cannot open submissions of {names[sender]} yet: {log_numbers(group)}",
            (ask_for_access(log.register, sender),),
        )
