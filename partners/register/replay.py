"""The log replayed: each entry may count, or not, and takes effect on the register.

Leaves to others: whether an entry of some kind may count (`rules.py`), and what follows from those
that do (`effects.py`).
"""

from partners.entries.card import Card
from partners.entries.entry import Entry
from partners.register.effects import record
from partners.register.register import Register
from partners.register.rules import rejection_reason
from partners.register.state import Rejection


def apply(
    register: Register, entry: Entry, signer: Card, cards: tuple[Card, ...], *, seen: bool
) -> Rejection | None:
    """Let the next entry take effect, or say why it has none.

    Args:
        signer: The card whose key signed it. The founder's is in the entry itself.
        cards: The cards that the entry brings, their own signatures verified.
        seen: Whether what its signer had seen agrees with the log before it.

    Returns:
        Why it has no effect; None if it took effect.

    Raises:
        NeedsNewer: a coordinator says that this version can't understand what follows.
    """
    rejection = rejection_reason(register, entry, signer, cards, seen=seen)
    record(register, entry, signer, cards, rejection)
    return rejection
