"""exchange.toml with several partnerships: what each is called here."""

import pytest

from exchange.errors import Usage
from exchange.profile.settings import NAME, Settings

_ORIGINS = [f"westshire/{n * 16}" for n in ("a1", "b2")] + [f"northshire/{'c3' * 16}"]


def test_partnerships_of_one_name_are_told_apart(tmp_path):
    for origin in _ORIGINS:
        Settings(tmp_path, origin, "../share").write()
    every = Settings.all(tmp_path)
    assert [one.slug for one in every] == ["westshire-a1a1a1a1", "westshire-b2b2b2b2", "northshire"]
    for one in every:
        assert [Settings.find(tmp_path, name).origin for name in (one.slug, one.origin)] == [
            one.origin
        ] * 2
    with pytest.raises(Usage) as refused:
        Settings.find(tmp_path, "westshire")
    assert refused.value.id == "partnership-not-named"
    assert [slug in " ".join(refused.value.hints) for slug in (every[0].slug, every[1].slug)] == [
        True,
        True,
    ]
    every[0].write()
    assert "namesake" not in (tmp_path / NAME).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "added",
    [
        '[domestic]\npolice-crime = "withhold"\n',
        "[[partnership]]\n",
        "[partnership.mappings]\npolice-crime = 3\n",
        "[partnership.domestic]\npolice-crime = true\n",
        "[partnership.domestic.police-crime]\n",
    ],
)
def test_settings_that_would_be_ignored_or_cannot_be_used_are_refused(tmp_path, added):
    Settings(tmp_path, _ORIGINS[0], "../share").write()
    path = tmp_path / NAME
    path.write_text(path.read_text(encoding="utf-8") + added, encoding="utf-8")
    with pytest.raises(Usage) as refused:
        Settings.all(tmp_path)
    assert refused.value.id == "settings-not-understood"
