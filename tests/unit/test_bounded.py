"""Files that come from elsewhere are read no further than they may be long."""

import io
import zipfile

import pytest

from exchange.keys.identity import FILE_MAX
from exchange.log import receipts
from exchange.log.replay import ENTRY_MAX
from schemas.zip_files import read_bounded

BOMB = bytes(4 * ENTRY_MAX)


def packed(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"0"
        archive.writestr(name, BOMB)
    return made.getvalue()


def test_what_unpacks_to_more_than_it_may_is_read_no_further():
    with zipfile.ZipFile(io.BytesIO(packed("x"))) as archive:
        with pytest.raises(zipfile.BadZipFile):
            read_bounded(archive, "x", len(BOMB) - 1)
        assert read_bounded(archive, "x", len(BOMB)) == BOMB


def test_a_card_a_courier_file_and_a_receipt_that_are_too_large_are_refused(partnership):
    p = partnership
    card = p.root / "large.card"
    card.write_bytes(b"x" * (FILE_MAX + 1))
    ran = p.signed("council", "partner", "add", card, "--yes", status=13)
    assert ran.refusal == "key-or-card-file-unreadable"
    parcel = p.root / "large.zip"
    parcel.write_bytes(packed("entry"))
    assert (
        p.signed("council", "log", "receive", parcel, status=14).refusal
        == "courier-file-unreadable"
    )
    receipt = p.root / "receipt.zip"
    receipt.write_bytes(packed("entries/00000000"))
    founding = p.root / "council/westshire-csp.founding"
    ran = p.run("council", "log", "verify-receipt", receipt, "--founding", founding, status=15)
    assert ran.refusal == "receipt-unreadable"
    assert len(BOMB) > receipts._FILE_MAX
    assert len(p.entries()) == 3
