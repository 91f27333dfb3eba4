import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.entries import canonical_json
from partners.entries.entry import in_band, parse
from partners.entries.fields import Malformed

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(text, values, max_size=5))
def test_what_is_written_reads_back_and_is_one_line(value):
    line = canonical_json.write(value)
    assert line.count(b"\n") == 1
    assert canonical_json.read(line) == value
    assert canonical_json.write(canonical_json.read(line)) == line


@given(st.dictionaries(text, values, max_size=5))
def test_any_other_way_to_write_it_is_refused(value):
    line = canonical_json.write(value)
    for other in (
        json.dumps(value, indent=1).encode() + b"\n",
        line.rstrip(b"\n"),
        line + b"\n",
        b" " + line,
        b"\xef\xbb\xbf" + line,
    ):
        if other != line:
            with pytest.raises(canonical_json.NotCanonical):
                canonical_json.read(other)


@pytest.mark.parametrize(
    "line",
    [
        b'{"b":1,"a":2}\n',
        b'{"a":1,"a":1}\n',
        b'{"a":1.0}\n',
        b'{"a":1e2}\n',
        b'{"a":NaN}\n',
        b'{"a":9007199254740992}\n',
        b'{"a":-9007199254740992}\n',
        b'{"a":"\\u0041"}\n',
        b'{"a":"\\ud800"}\n',
        b'{"a":01}\n',
        b"[1]\n",
        b"1\n",
        b"{\n",
        b'{"a":"\xff"}\n',
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n",
    ],
    ids=lambda line: line[:20],
)
def test_what_is_not_canonical_is_refused(line):
    with pytest.raises(canonical_json.NotCanonical):
        canonical_json.read(line)


keys = st.sampled_from(["r", '"r', 'r":[', "q", "s"])
with_lists = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(['"r":[', "]", "\\", "é"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


def read_either_way(line):
    told = []
    for reader in (canonical_json.read, lambda data: canonical_json.read_with(data, "r")):
        try:
            value = reader(line)
        except canonical_json.NotCanonical:
            value = None
        if value and isinstance(value.get("r"), bytes):
            value["r"] = json.loads(value["r"])
        told.append(value)
    return told


@given(st.dictionaries(keys, with_lists, max_size=4), st.data())
def test_a_list_that_is_read_apart_changes_no_verdict(value, data):
    line = canonical_json.write(value)
    assert read_either_way(line) == [value, value]
    at = data.draw(st.integers(0, len(line)))
    more = data.draw(
        st.sampled_from([b"", b" ", b'"', b"]", b"[", b'"r":[1],', b",", b"\\", b"\xff"])
    )
    plainly, apart = read_either_way(line[:at] + more + line[at + data.draw(st.integers(0, 4)) :])
    assert plainly == apart


@pytest.mark.parametrize("value", [{"a": 1.5}, {"a": 2**53}, {"a": "\ud800"}, {1: "a"}, {"a": b""}])
def test_what_has_no_form_is_not_written(value):
    with pytest.raises(canonical_json.NotCanonical):
        canonical_json.write(value)


@given(st.binary(max_size=200))
def test_nonsense_is_no_entry(data):
    with pytest.raises(Malformed):
        parse(data)


@pytest.mark.parametrize(
    ("count", "band"),
    [
        (0, "0"), (1, "1-4"), (4, "1-4"), (5, "5-9"), (9, "5-9"), (10, "10-49"), (49, "10-49"),
        (50, "50-99"), (100, "100-499"), (999, "500-999"), (1000, "1000-4999"), (9999, "5000-9999"),
    ],
)  # fmt: skip
def test_counts_are_told_in_bands(count, band):
    assert in_band(count) == band


@pytest.mark.parametrize("wide", [b"", b'"},{",', b'"],[",', b"[],[],", b'{"a":1},{"b":2},'])
@pytest.mark.parametrize("deep", [1, 15, 16, 17, 3000])
def test_values_lie_at_most_sixteen_deep(deep, wide):
    """The outermost object is the first; `wide` opens where others close, and adds one at most."""
    line = b'{"x":' + b"[" * (deep - 1) + wide + b"1" + b"]" * (deep - 1) + b"}\n"
    if deep == 1 and wide:
        return  # is no JSON
    at = deep + (wide[:1] in (b"[", b"{"))
    if at <= 16:
        assert canonical_json.read(line)
    else:
        with pytest.raises(canonical_json.NotCanonical):
            canonical_json.read(line)
