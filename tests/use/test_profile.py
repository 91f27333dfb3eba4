"""The officer's own folder: nobody else can read what lies in it."""

import os
import stat

import pytest


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps no such rights with a file")
def test_the_profile_and_the_key_are_readable_by_their_owner_only(sent):
    p = sent
    profile = p.settings("police").profile
    names = {path.name for path in profile.rglob("*")}
    assert {"memory.json", "mirror", "witness.key", "keymaps", "pending"} <= names
    for folder in (profile.parent, profile):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    key = p.root / "police/police-liaison.key"
    witness = profile / "witness.key"
    assert stat.S_IMODE(key.stat().st_mode) == stat.S_IMODE(witness.stat().st_mode) == 0o600
