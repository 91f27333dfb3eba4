"""What is called a change: known cases, other code's figures, and simulated partnerships."""

from collections import Counter
from unittest.mock import patch

import numpy as np
import polars as pl
import pytest
import scipy

from exchange.reports.assessment import statistics
from exchange.reports.assessment.comparisons import Years, compare
from exchange.reports.assessment.findings import sentence
from exchange.reports.assessment.measures import rate_interval
from exchange.reports.assessment.statistics import RATE, Comparison, Verdict, dispersion, judge
from schemas.codes.vocabularies import UNSTATED_THEME, VIOLENCE_OR_SEXUAL
from schemas.quarters import Quarter
from tests.lib import simulated_crime as sim

STEADY = [
    Comparison("category", ("steady", str(n)), (100, 101, 99, 100), (99, 100, 101, 101))
    for n in range(30)
]


def among_steady(**told: object) -> Verdict:
    """Return what is said of a comparison beside thirty that do not change."""
    numbers = {"kind": "category", "key": ("it",), "before": (0, 0, 0, 0), "now": (0, 0, 0, 0)}
    return judge([Comparison(**(numbers | told)), *STEADY])[0]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "rises"),
    [
        ({"now": (11, 12, 11, 11)}, True),  # none before
        ({"before": (60, 61, 62, 60), "now": (60, 64, 62, 63)}, False),
        ({"before": (60, 61, 62, 60), "now": (110, 124, 118, 121)}, True),
        ({"before": (51 + 79,), "now": (128,), "years": 2}, True),  # one quarter, after two years
        ({"before": (51 + 79,), "now": (70,), "years": 2}, False),
        ({"before": (2, 1, 0, 1), "now": (1, 2, 3, 3)}, False),  # too small to compare
    ],
)
def test_a_rise_is_named_and_chance_is_not(told, rises):
    assert among_steady(**told).rises is rises


def test_a_place_is_held_against_the_rest_of_the_area():
    told = {"kind": "place", "before": (20, 21, 19, 20), "now": (60, 61, 59, 62)}
    assert among_steady(**told, rest=(1000, 1010)).rises
    assert not among_steady(**told, rest=(1000, 3000)).rises  # it rose as everywhere


@pytest.mark.parametrize(
    ("told", "begins", "ends"),
    [
        (
            {"kind": "place", "key": ("place", "outward code", "SP10", "burglary"),
             "before": (20, 21, 19, 20), "now": (60, 61, 59, 62), "rest": (1000, 1000)},
            "Burglary in outward code SP10 (Andover, Charlton): 242 records, 80 last year: +20",
            ", beside the rest of the area.",
        ),
        (
            {"key": ("category", "police-crime", "home-office", "2017/18", "45"),
             "now": (11, 12, 11, 11)},
            "45: Theft from vehicle (Recorded crime): 45 records, none last year.",
            "",
        ),
        (
            {"kind": "theme", "key": ("domestic", "yes"), "before": (50,), "now": (90,)},
            "All recorded domestic incidents: 90 records, 50 last year: +80% (",
            ").",
        ),
    ],
)  # fmt: skip
def test_a_finding_is_a_sentence_with_its_figures(told, begins, ends):
    text = sentence(among_steady(**told), "last year")
    assert text.startswith(begins)
    assert text.endswith(ends)


def test_a_rise_that_generalised_rows_may_explain_is_not_named():
    told = {"before": (60, 61, 62, 60), "now": (110, 124, 118, 121)}
    assert not among_steady(**told, doubtful=(220, 0)).rises


def test_the_chances_of_kinds_of_one_size_are_those_of_benjamini_and_hochberg():
    rng = np.random.default_rng(1)
    rows = [
        Comparison("theme", (str(n),), tuple(rng.poisson(200, 4)), tuple(rng.poisson(230, 4)))
        for n in range(12)
    ]
    alpha, freedom = dispersion(rows)
    ours = []
    for one in rows:  # by the textbook, and by none of the product's functions
        a, b = sum(one.before), sum(one.now)
        mean = (a + b) / 8
        scale = 1 + alpha * mean + 20 / mean
        tails = [scipy.stats.beta.cdf(0.5, x / scale, y / scale + 1) for x, y in ((b, a), (a, b))]
        ours.append(2 * scipy.stats.t.sf(scipy.stats.norm.isf(min(tails)), freedom))
    expected = scipy.stats.false_discovery_control(ours)
    np.testing.assert_allclose([v.chance for v in judge(rows)], expected)


def test_dispersion_is_that_of_the_numbers_and_no_change_of_a_year_is_in_it():
    rng = np.random.default_rng(2)
    for spread in (0.05, 0.2):
        rows = []
        for n in range(300):
            means = 400 * rng.gamma(spread**-2, spread**2, 8) * np.repeat([1, 2], 4)
            numbers = rng.poisson(means)
            rows.append(Comparison("category", (str(n),), tuple(numbers[:4]), tuple(numbers[4:])))
        assert dispersion(rows)[0] == pytest.approx(spread**2, rel=0.25)


def test_without_the_library_nothing_is_called_a_change():
    with patch.object(statistics, "find_spec", lambda _: None):
        verdict = among_steady(now=(11, 12, 11, 11))
        assert (verdict.rises, verdict.falls, verdict.in_words) == (False, False, "not tested")


def cells(**numbers: tuple[str, int]) -> pl.DataFrame:
    """Return cells of a quarter: by dataset, a category and its number of records."""
    same = {"category_scheme": "home-office", "category_edition": "2017/18", "domestic": "no",
            "lsoa": "not known", "outward": "no outward code", "quarter": "2026Q1"}  # fmt: skip
    return pl.DataFrame(
        [
            same | {"dataset": name.split("__")[0], "theme": theme, "category": name, "records": n}
            for name, (theme, n) in numbers.items()
        ]
    )


def test_a_dataset_that_states_few_themes_is_not_compared_by_theme_and_is_named_by_itself():
    before = cells(calls__1=(UNSTATED_THEME, 20), calls__2=(VIOLENCE_OR_SEXUAL, 200),
                   crime__1=(VIOLENCE_OR_SEXUAL, 100))  # fmt: skip
    now = cells(calls__1=(UNSTATED_THEME, 210), calls__2=(VIOLENCE_OR_SEXUAL, 10),
                crime__1=(VIOLENCE_OR_SEXUAL, 100))  # fmt: skip
    years = Years(before, now, (Quarter(2026, 1),))
    themes = {
        one.key[1]: (one.before, one.now)
        for one in compare(years, by_place=False)
        if one.kind == "theme"
    }
    assert themes == {UNSTATED_THEME: ((20,), (210,)), VIOLENCE_OR_SEXUAL: ((100,), (100,))}


def played(seeds: range, area: sim.Area) -> tuple[Counter[str], int]:
    """Return how often each planted thing is named, and any where nothing was planted."""
    found: Counter[str] = Counter()
    false = 0
    for seed in seeds:
        years, planted = sim.two_years(10_000 + seed, area, planted=True)
        found.update(what for what, hit in sim.hits(sim.verdicts(years), planted).items() if hit)
        years, _ = sim.two_years(seed, area, planted=False)
        false += bool(sim.named(sim.verdicts(years)))
    return found, false


def test_what_was_planted_is_named():
    years, planted = sim.two_years(10_000, sim.Area(), planted=True)
    verdicts = sim.verdicts(years)
    assert all(sim.hits(verdicts, planted).values())
    # The hotspot has its theme, the year before and a test.
    before, now = (
        cells.filter(lsoa=planted.place, theme=planted.theme)["records"].sum()
        for cells in (years.before, years.now)
    )
    what = f"{planted.theme.capitalize()} in LSOA {planted.place}: {now} records, {before} then: +"
    (hotspot,) = [
        verdict for verdict in verdicts if verdict.rises and planted.place in verdict.comparison.key
    ]
    assert sentence(hotspot, "then").startswith(what)
    assert hotspot.chance < RATE
    years, _ = sim.two_years(0, sim.Area(), planted=False)
    assert not sim.named(sim.verdicts(years))


@pytest.mark.soak("power")
def test_of_two_hundred_partnerships_nine_in_ten_are_right():
    found, false = played(range(200), sim.Area())
    assert min(found[what] for what in ("rise", "hotspot", "emerging category")) >= 180, found
    assert false <= 200 * RATE


def test_the_interval_of_a_rate_is_near_the_exact_one():
    for records in (1, 5, 60, 2_000):
        low, high = rate_interval(records, 1000)
        exact = (
            scipy.stats.chi2.ppf(0.025, 2 * records) / 2,
            scipy.stats.chi2.ppf(0.975, 2 * records + 2) / 2,
        )
        assert low == pytest.approx(exact[0], rel=0.02, abs=0.02)
        assert high == pytest.approx(exact[1], rel=0.02)
    assert rate_interval(0, 1000)[0] == 0
