"""Why entries are made: lists, because a note could name somebody."""

from typing import Final

# By the kind of entry; what each means, in words.
REASONS: Final[dict[str, dict[str, str]]] = {
    "nil": {"none-recorded": "nothing of it was recorded in these dates"},
    "not-held": {
        "not-recorded": "it is not recorded",
        "held-by-another": "another authority holds it",
        "not-retrievable": "it is recorded, and can't be got out of the system",
        "held-again": "it is held again",
    },
    "withdraw": {
        "wrong-file": "another file was meant",
        "wrong-dataset": "it is of another dataset",
        "wrong-dates": "it covers other dates",
        "wrong-contents": "what is in it is wrong",
    },
    "purge": {
        "sent-in-error": "it held what should not have been sent",
        "retention": "it is past the time for which it is kept",
        "destroyed-here": "what was pulled of it was deleted",
    },
    "suspend": {
        "cannot-be-used": "its file is missing, cannot be opened or is not what was signed",
        "identifies-people": "it may identify somebody",
        "contents-in-doubt": "what is in it is in doubt",
        "lifted": "it can be used again",
    },
    "revoke": {
        "left": "the officer left the office",
        "lost": "the key, its passphrase or the machine is lost",
        "stolen": "somebody else may have it",
        "replaced": "a newer key takes its place",
    },
}
