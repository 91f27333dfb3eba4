"""Made-up extracts from the command line, for the partnership of the folder."""

import json

from schemas.datasets.registry import DATASETS


def test_a_sample_is_of_the_partnership_of_the_folder_and_submits(partnership):
    ran = partnership.run(
        "police", "source", "sample", "police-crime", "-n", "120", "--quarter", "2026Q3"
    )
    assert "120 rows of police-crime 2026Q3, made up from seed 1" in ran.out
    assert "all records are made up" in ran.out
    file = partnership.root / "police/sample-police-crime.csv"
    assert "M1" in file.read_text()  # an outward code of the partnership's own
    assert "rows" in partnership.submit("police", file).out


def test_the_faults_are_told_and_found(partnership):
    ran = partnership.run(
        "police", "source", "sample", "police-crime", "--faults", "--quarter", "2026Q3"
    )
    told = {line.split()[0]: int(line.split()[1]) for line in ran.out.splitlines()[3:]}
    file = partnership.root / "police/sample-police-crime.csv"
    arguments = ("check", file, "--dates", "2026Q3", "--json")
    found = json.loads(partnership.run("police", *arguments, status=11).out)["findings"]
    on = {f["rule"]: f["lines"] for f in found}
    assert len(told) > 10
    assert set(told) <= set(on)
    assert all(on[rule] == [line] for rule, line in told.items())


def test_the_same_seed_gives_the_same_file_and_nothing_is_written_over(partnership):
    for name in ("a.csv", "b.csv"):
        partnership.run(
            "police", "source", "sample", "council-exclusions", "-o", name, "--seed", "7"
        )
    one, two = (partnership.root / "police" / name for name in ("a.csv", "b.csv"))
    assert one.read_bytes() == two.read_bytes()
    ran = partnership.run(
        "police", "source", "sample", "council-exclusions", "-o", "a.csv", status=2
    )
    assert ran.refusal == "file-already-exists"
    assert "a.csv" in ran.err
    assert (
        partnership.run("police", "source", "sample", "police-crimes", status=2).refusal
        == "dataset-unknown"
    )
    assert (
        partnership.run(
            "police", "source", "sample", "police-asb", "--quarter", "x", status=2
        ).refusal
        == "quarter-not-understood"
    )


def test_without_a_partnership_it_plays_in_one_that_does_not_exist(partnership):
    (partnership.root / "alone").mkdir()
    for dataset in DATASETS:
        partnership.run("alone", "source", "sample", dataset, "-n", "5")
    assert "WZ" in (partnership.root / "alone/sample-ambulance-callouts.csv").read_text()
