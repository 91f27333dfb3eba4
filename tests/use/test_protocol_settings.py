"""A protocol cannot promise what the tool does not do, and a new version says whom it unsigns."""

import hashlib

import pytest

from depersonalise.policy import Policy
from exchange.submission.unsupported_settings import unsupported_settings
from partners.entries.protocol import PublishProtocol
from schemas.datasets.dataset import Place
from schemas.datasets.registry import DATASETS
from tests.lib import partnership as lib
from tests.lib.extracts import callouts
from tests.lib.partnership import Partnership

DOCUMENT = b"%PDF-1.7 a made-up protocol"


@pytest.fixture
def document(partnership) -> Partnership:
    """A partnership whose document everybody holds."""
    for who in ("council", "police", "ambulance"):
        partnership.extract(who, "protocol.pdf", DOCUMENT)
    return partnership


def publish(p: Partnership, *typed: object, status: int = 0):
    file = p.root / "council/protocol.pdf"
    return p.signed(
        "council", "partnership", "protocol", "publish", file, "--yes", *typed, status=status
    )


def sign(p: Partnership, who: str, *typed: object):
    file = p.root / who / "protocol.pdf"
    return p.signed(who, "partnership", "protocol", "sign", file, "--yes", *typed)


def protocol(**settings: object) -> PublishProtocol:
    """Return a protocol of these settings, as a log of an earlier release may hold it."""
    plain = {
        "title": "ISP", "sha256": hashlib.sha256(DOCUMENT).hexdigest(), "size": 9,
        "smallest": 5, "domestic": {}, "personal": False, "places": {}, "minutes": (),
        "local": {}, "behalf": (), "witnesses": 1, "review": None,
    }  # fmt: skip
    return PublishProtocol(**(plain | settings))


def log_as_before(p: Partnership, published: PublishProtocol) -> int:
    """Write a protocol into the log past the command that refuses it now."""
    return p.log("council").write(published, p.card("council"), p.officer("council"), p.now)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("--place", "ambulance-callouts=lsoa"), "--place ambulance-callouts=outward"),
        (("--place", "health-admissions=lsoa"), "--place health-admissions=outward"),
        (("--place", "police-welfare=lsoa"), "--place police-welfare=outward"),
        (("--place", "council-collisions=lsoa"), "--place council-collisions=outward"),
        (("--place", "council-exclusions=lsoa"), "--place council-exclusions=outward"),
        (("--place", "health-outpatients=outward"), "without --place health-outpatients"),
        (("--place", "health-drug-treatment=lsoa"), "without --place health-drug-treatment"),
        (("--withhold", "council-collisions"), "without --withhold council-collisions"),
        (("--withhold", "health-domestic-abuse"), "without --withhold health-domestic-abuse"),
        (("--behalf", "police-crime:police=ambulance"), "without --behalf police-crime"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_the_tool_does_not_do_is_refused_with_what_to_write(document, typed, says):
    ran = publish(document, *typed, status=2)
    assert ran.refusal == "protocol-promise-not-kept"
    assert " ".join(typed) in ran.err
    assert says in ran.err
    assert len(document.entries()) == 3


def test_every_promise_that_is_not_kept_is_listed_at_once(document):
    typed = ("--place", "ambulance-callouts=lsoa", "--withhold", "council-collisions")
    ran = publish(document, *typed, "--place", "police-crime=outward", status=2)
    assert "ambulance-callouts=lsoa" in ran.err
    assert "--withhold council-collisions" in ran.err
    assert "police-crime" not in ran.err


def test_groups_and_datasets_that_the_tool_does_not_allow_say_what_to_write(document):
    ran = publish(document, "--smallest", 4, status=2)
    assert ran.refusal == "smallest-group-not-allowed"
    assert "--smallest 5" in ran.err
    assert publish(document, "--smallest", 101, status=2).refusal == "smallest-group-not-allowed"
    ran = publish(document, "--place", "ambulance-callout=outward", status=2)
    assert ran.refusal == "dataset-unknown"
    assert "ambulance-callouts" in ran.err
    assert len(document.entries()) == 3


def test_two_places_of_one_dataset_are_refused(document):
    typed = ("--place", "police-crime=outward", "--place", "police-crime=lsoa")
    ran = publish(document, *typed, status=2)
    assert ran.refusal == "option-given-twice"
    assert len(document.entries()) == 3


@pytest.mark.parametrize("name", DATASETS)
def test_a_place_is_promised_where_it_is_what_happens(name):
    """Squares and LSOAs become LSOAs; whatever is finer than an outward code becomes one."""
    shares = DATASETS[name].place
    outward, lsoa = (
        not unsupported_settings(protocol(places={name: p})) for p in ("outward", "lsoa")
    )
    assert outward == (shares is not Place.DISTRICT)
    assert lsoa == (shares is Place.LSOA)
    treated = Policy(place="outward").with_allowed_place(DATASETS[name]).place
    assert outward == (treated in (Place.OUTWARD, Place.OUTWARD_ONLY))


@pytest.mark.parametrize("name", DATASETS)
def test_incidents_are_withheld_where_the_dataset_marks_them(name):
    marked = "domestic" in DATASETS[name].fields
    assert (not unsupported_settings(protocol(domestic={name: "withhold"}))) == marked
    assert unsupported_settings(protocol(minutes=(name,)))


def test_a_protocol_of_before_is_read_as_before_and_status_says_what_is_not_done(document):
    said = protocol(
        places={"ambulance-callouts": "lsoa", "police-crime": "outward"},
        domestic={"council-collisions": "withhold"},
    )
    assert log_as_before(document, said) == 3
    told = document.run("police", "partnership", "protocol", "show", "--json").json
    assert told["places"] == {"ambulance-callouts": "lsoa", "police-crime": "outward"}
    assert told["not_kept"] == [
        "--place ambulance-callouts=lsoa",
        "--withhold council-collisions",
    ]
    ran = document.run("police", "partnership", "protocol", "show")
    assert ran.warnings.count("protocol-setting-not-followed") == 2
    assert "outward code" in ran.err
    ran = sign(document, "police")
    assert "protocol-setting-not-followed" in ran.warnings
    document.run("council", "verify")


def test_the_evidence_does_not_repeat_what_the_tool_does_not_do(document):
    log_as_before(document, protocol(places={"ambulance-callouts": "lsoa"}))
    file = document.extract("ambulance", "calls.csv", callouts(*["WZ1"] * 40))
    page = document.root / "ambulance/evidence.html"
    document.run("ambulance", "preview", file, "--dates", "2026Q3", "--evidence", page)
    said = page.read_text().partition("most precise place")[2].partition("</tr>")[0]
    assert "outward code, locked" in said
    assert "the protocol" not in said


def test_a_protocol_that_names_a_dataset_of_a_newer_release_is_shown(document):
    log_as_before(document, protocol(places={"fire-wildfires": "lsoa"}))
    ran = document.run("police", "partnership", "protocol", "show")
    assert "protocol-setting-not-followed" in ran.warnings
    assert "fire-wildfires" in ran.err


def test_a_new_version_says_whose_signatures_it_voids(document):
    publish(document)
    assert "no longer signed" not in publish(document).out
    sign(document, "police")
    document.now = document.now.replace(day=22)
    sign(document, "ambulance")
    ran = publish(document, "--smallest", 10)
    before, _, after = ran.out.partition("published ")
    for said in (before, after):
        lines = [" ".join(line.split()) for line in said.splitlines()]
        assert "Westshire police signed 20 October 2026" in lines
        assert "Westshire ambulance signed 22 October 2026" in lines
    assert "protocol sign" in ran.err
    told = document.run("police", "partnership", "protocol", "show", "--json").json
    assert told["signatures"] == {}


def test_a_new_version_that_ends_sharing_of_personal_data_says_so(document):
    publish(document, "--personal-data")
    sign(document, "police", "--personal-data")
    ran = publish(document)
    assert "Westshire police signed 20 October 2026, with personal data" in " ".join(
        ran.out.split()
    )


def test_signatures_are_named_before_anything_is_asked_or_written(document):
    publish(document)
    sign(document, "police")
    before = len(document.entries())
    file = document.root / "council/protocol.pdf"
    ran = document.signed("council", "partnership", "protocol", "publish", file, status=2)
    assert ran.refusal == "confirmation-needed"
    assert "Westshire police" in ran.out
    assert len(document.entries()) == before


def test_who_submits_for_whom_is_published_where_the_other_holds_it(document):
    lib.join(document, "health")
    lib.make_key(document, "health")
    lib.enrol(document, "health")
    publish(document, "--behalf", "ambulance-callouts:ambulance=health")
