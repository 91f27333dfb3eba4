"""What does most harm: records weighted by how severe their offence is, where weights were added.

No weights come with the program: which ones a partnership uses, such as those of the Crime Severity
Score or of the Cambridge Crime Harm Index, is its choice.
"""

from typing import Final

import polars as pl

from depersonalise.places.area_files import SEVERITY
from exchange.pull.counts import CATEGORY, count_by, label_of
from exchange.reports.assessment import chart_words, charts
from exchange.reports.assessment.data import Pack
from exchange.reports.report import ReportTable
from exchange.reports.report_tables import fill_table
from exchange.text import format_count

_ROWS: Final = 15
_CRIME: Final = "police-crime"


def harm(pack: Pack) -> ReportTable:
    """Return the offences by their weighted records, those with most harm first."""
    weights = pack.places.weights
    if not weights:
        nothing = "To see harm, add the weight of each offence: exchange places add FILE.csv"
        return fill_table("assessment/harm", [], nothing=nothing)
    crime = pack.rows.filter(pl.col("dataset") == _CRIME)
    now = {(s, e, code): n for (_, s, e, code), n in count_by(crime, CATEGORY)}
    weighted = {key: n * weights[key[2]] for key, n in now.items() if key[2] in weights}
    total, count = sum(weighted.values()), sum(now.values())
    known = sum(now[key] for key in weighted)
    most = sorted(weighted, key=lambda key: (-weighted[key], key))[:_ROWS]
    rows = [
        (
            label_of(*key),
            format_count(now[key]),
            f"{weights[key[2]]:,.1f}",
            f"{weighted[key]:,.0f}",
            f"{weighted[key] / total:.0%}" if total else "",
        )
        for key in most
        if weighted[key]
    ]
    if not count:
        return fill_table("assessment/harm", [], nothing="No recorded crime was received.")
    introduction = (
        "Recorded crime by offence, each record counted as severe as its offence: harm is records "
        f"times weight. {known:,} of {count:,} records have an offence with a weight; generalised "
        "records stand under their class and have none, so serious offences are understated. "
        f"Weights: {pack.places.files[SEVERITY]}."
    )
    drawn: list[charts.Row] = [
        {"label": label_of(*key), "number": round(weighted[key])} for key in most if weighted[key]
    ]
    sizes = {str(row["label"]): int(row["number"]) for row in drawn}
    shows = chart_words.of_sizes("Bar chart", "harm by offence", sizes)
    chart = charts.of_rows(charts.bars, shows, drawn, "records times weight")
    return fill_table("assessment/harm", rows, introduction=introduction, chart=chart)
