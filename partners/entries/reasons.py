"""Why entries are made: lists, because a note could name somebody."""

from typing import Final

# By the kind of entry; what each means, in words.
REASONS: Final[dict[str, dict[str, str]]] = {
    "nil": {"none-recorded": "there are no records for these dates"},
    "not-held": {
        "not-recorded": "you do not record it",
        "held-by-another": "another authority holds it",
        "not-retrievable": "your system cannot export it",
        "held-again": "you hold it again",
    },
    "withdraw": {
        "wrong-file": "the wrong file was sent",
        "wrong-dataset": "it was sent as the wrong dataset",
        "wrong-dates": "it was sent for the wrong dates",
        "wrong-contents": "its contents are wrong",
    },
    "purge": {
        "sent-in-error": "it contains something that should not have been sent",
        "retention": "its retention period has ended",
        "destroyed-here": "the downloaded copy was deleted",
    },
    "suspend": {
        "cannot-be-used": "its file is missing, cannot be opened or is not what was signed",
        "identifies-people": "it may identify somebody",
        "contents-in-doubt": "its contents are in doubt",
        "lifted": "it can be used again",
    },
    "revoke": {
        "left": "the officer left the office",
        "lost": "the key, its passphrase or the machine is lost",
        "stolen": "somebody else may have it",
        "replaced": "a newer key takes its place",
    },
}
