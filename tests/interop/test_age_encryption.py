"""The npm package age-encryption opens what we seal, and we open what it seals."""

import hashlib
import io
import subprocess
from pathlib import Path

import polars as pl
import pytest

from exchange import age
from exchange.keys.identity import read_identity
from partners.entries import canonical_json
from tests.lib.extracts import crimes
from tests.lib.partnership import PASSPHRASE

HERE = Path(__file__).parent
pytestmark = pytest.mark.needs("node")


def other(verb: str, told: str, data: bytes, tmp_path: Path) -> bytes:
    file = tmp_path / "told"
    file.write_text(told)
    done = subprocess.run(
        ["node", "age.mjs", verb, str(file)], input=data, cwd=HERE, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_a_bundle_is_opened_with_the_analysts_identity(partnership, tmp_path):
    partnership.submit("police", partnership.extract("police", "crime.csv", crimes(30)))
    key = (partnership.root / "analysts/analysts-analyst.key").read_bytes()
    identity_file = other("passphrase", PASSPHRASE, key, tmp_path).decode()
    identity = identity_file.splitlines()[-1]
    (bundle,) = partnership.bundles()
    payload = other("decrypt", identity, bundle.read_bytes(), tmp_path)
    statement = partnership.log("analysts").register.submissions[0].statement
    assert hashlib.sha256(payload).hexdigest() == statement.payload_sha256
    assert pl.read_parquet(io.BytesIO(payload)).height == 30
    told = canonical_json.read(
        pl.read_parquet_metadata(io.BytesIO(payload))["csp-exchange"].encode()
    )
    assert told["rows"] == 30


@pytest.mark.parametrize(
    ("how", "size"),
    [("encrypt", 0), ("encrypt", 65536), ("encrypt", 200_000), ("armoured", 200_000)],
)
def test_a_file_it_makes_is_opened_by_ours(how, size, tmp_path):
    mine = age.Identity.generate()
    sealed = other(how, str(mine.recipient), b"z" * size, tmp_path)
    plain = io.BytesIO()
    age.decrypt(io.BytesIO(sealed), plain, [mine])
    assert plain.getvalue() == b"z" * size


def test_a_key_file_that_it_locks_as_text_is_unlocked(tmp_path):
    mine, path = age.Identity.generate(), tmp_path / "armoured.key"
    path.write_bytes(other("lock", PASSPHRASE, f"{mine}\n".encode(), tmp_path))
    assert path.read_bytes().startswith(b"-----BEGIN AGE ENCRYPTED FILE-----\n")
    assert str(read_identity(path, PASSPHRASE).identity) == str(mine)
