"""Residents, boundaries and severity weights, as an analyst adds them once."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import scipy

from depersonalise.places.area_files import BOUNDARIES, POPULATION, SEVERITY
from depersonalise.places.gazetteer import Gazetteer, GazetteerBroken, add
from exchange.reports.assessment.control import Limits, signals
from exchange.reports.assessment.rates import Funnel

TODAY = date(2026, 10, 20)
SQUARE = [[[-2.00001, 51.0], [-1.0, 51.0], [-1.0, 52.0], [-2.00001, 51.0]]]


def area(code: str, coordinates: object = SQUARE, kind: str = "Polygon") -> dict:
    return {
        "properties": {"name": "Zzyzx", "WD24CD": code},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*areas: dict) -> str:
    return json.dumps({"type": "FeatureCollection", "features": areas})


@pytest.mark.parametrize(
    ("text", "kind", "numbers"),
    [
        ("LSOA21CD,name,Population\nE01000001,x,\"1,465\"\nW01000002,y,20\n", POPULATION,
         {"E01000001": 1465, "W01000002": 20}),
        ("\ufeffAll ages,area\n12,SP10\n0,EC1A\n", POPULATION, {"SP10": 12, "EC1A": 0}),
        ("code,weight\n8N,184.5\n1,7000\n", SEVERITY, {"8N": 184.5, "1": 7000}),
    ],
)  # fmt: skip
def test_numbers_are_told_by_their_heading_and_kept(tmp_path, text, kind, numbers):
    file = tmp_path / "f.csv"
    file.write_text(text, encoding="utf-8")
    told, kept = add(tmp_path / "kept", file, TODAY)
    assert (told, kept.rows, kept.added) == (kind, len(numbers), "2026-10-20")
    assert Gazetteer(tmp_path / "kept").numbers(kind) == numbers
    assert Gazetteer(tmp_path / "none").numbers(kind) == {}


def test_boundaries_are_kept_with_four_decimals_and_read_for_the_codes_asked(tmp_path):
    file = tmp_path / "wards.geojson"
    file.write_text(geojson(area("E05000001"), area("E05000002", [SQUARE], "MultiPolygon")))
    assert add(tmp_path / "kept", file, TODAY)[0] == BOUNDARIES
    shapes = Gazetteer(tmp_path / "kept").shapes({"E05000001", "E05009999"})
    assert list(shapes) == ["E05000001"]
    assert shapes["E05000001"]["coordinates"][0][0] == [-2.0, 51.0]


@pytest.mark.parametrize(
    "text",
    [
        "LSOA21CD,Population\nE01000001,1\nE01000001,2\n",
        "LSOA21CD,Population\nE01000001,Zzyzx\n",
        "LSOA21CD,Population\nE01000001,-5\n",
        "LSOA21CD,Population\nE01000001,\n",
        "LSOA21CD,Population\nZzyzx,5\n",
        "LSOA21CD,Population\n",
        "LSOA21CD,Population,Total\nE01000001,1,2\n",
        "code,weight\nZzyzx offence,2\n",
        geojson(),
        geojson(area("Zzyzx")),
        geojson(area("E05000001"), area("E05000001")),
        geojson(area("E05000001", [[[430000, 120000]] * 4])),
        geojson(area("E05000001", [1.0, 51.0], "Point")),
        geojson({"properties": None, "geometry": None}),
        "[" * 5000,
        "{" + '"Zzyzx":[' * 5000,
    ],
)
def test_what_is_none_is_refused_with_no_word_of_it_and_nothing_is_changed(tmp_path, text):
    kept, file = tmp_path / "kept", tmp_path / "wrong.csv"
    good = tmp_path / "good.csv"
    good.write_text("code,population\nSP10,5\n")
    add(kept, good, TODAY)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    file.write_text(text)
    with pytest.raises(GazetteerBroken) as refused:
        add(kept, file, TODAY)
    assert refused.value.id == "gazetteer-file-not-recognised"
    assert "Zzyzx" not in str(refused.value)
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    (kept / "population.parquet").write_bytes(b"PAR1")
    with pytest.raises(GazetteerBroken):
        Gazetteer(kept).numbers(POPULATION)


@pytest.mark.needs("real data")
@pytest.mark.parametrize(
    ("name", "areas"),
    [("lsoa-boundaries-E07000093-test-valley", 71), ("ward-boundaries-E07000093-test-valley", 24),
     ("lsoa-boundaries-E06000045-southampton", 148)],
)  # fmt: skip
def test_published_boundaries_are_read(tmp_path, real_data: Path, name, areas):
    kind, kept = add(tmp_path, real_data / "areas" / f"{name}.geojson", TODAY)
    assert (kind, kept.rows) == (BOUNDARIES, areas)


def test_funnel_limits_are_those_of_scipy():
    draw = np.random.default_rng(5)
    areas = {
        f"E{n:08}": (int(draw.negative_binomial(8, 0.1)), float(n * 40)) for n in range(20, 60)
    }
    funnel = Funnel.of(areas)
    y, n = (np.array(one, dtype=float) for one in zip(*areas.values(), strict=True))
    mean = y.sum() / n.sum()
    z = np.asarray(
        scipy.stats.mstats.winsorize((y - n * mean) / np.sqrt(n * mean), limits=(0.1, 0.1))
    )
    assert funnel.mean == pytest.approx(mean)
    assert funnel.spread == pytest.approx((z**2).mean())
    assert funnel.spread > 1
    low, high = funnel.limits(2000, 1.959964)
    interval = scipy.stats.norm.interval(0.95, mean, np.sqrt(funnel.spread * mean / 2000))
    assert (low, high) == pytest.approx(interval, rel=1e-5)
    rate = y / n
    wide = [
        scipy.stats.norm.interval(0.998, mean, np.sqrt(funnel.spread * mean / one)) for one in n
    ]
    above = {code for code, r, (_, top) in zip(areas, rate, wide, strict=True) if r > top}
    assert {one for one in areas if funnel.position(one) == "above the 99.8% limit"} == above


def test_independent_areas_are_within_the_limits_and_a_busy_one_is_not():
    draw = np.random.default_rng(3)
    areas = {f"E{n:08}": (int(draw.poisson(n)), float(n * 20)) for n in range(50, 150)}
    outside = [one for one in areas if "99.8%" in Funnel.of(areas).position(one)]
    assert len(outside) <= 1
    funnel = Funnel.of(areas | {"busy": (300, 2000.0)})
    assert funnel.position("busy") == "above the 99.8% limit"


def test_a_month_beyond_the_limits_and_a_run_are_signals_and_noise_seldom_is():
    draw = np.random.default_rng(7)
    quiet = [list(map(int, draw.poisson(100, 27))) for _ in range(200)]
    told = [signals(one, Limits.of(one)) for one in quiet]
    assert (
        np.mean([bool(one) for one in told]) < 0.25
    )  # of 27 months each: eight in a row among them
    assert signals([*[100, 104] * 12, 180], Limits.of([100, 104] * 12)) == {24: "above the limit"}
    steps = [*[100, 110] * 8, *[140, 150] * 6]
    assert 7 in signals(steps, Limits.of(steps))
