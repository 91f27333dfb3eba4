"""Which rows fail, by pandera: the schema of each dataset, built when one of its rows does.

What each rule asks of a row stands in `row_rules.py`.

Keeps true: pandera sees typed, eager frames only, whole, whatever the environment says (it would
let PANDERA_VALIDATION_* switch checks off); of its failures only column, rule and row are taken,
because its messages print values and its exceptions carry the frame.
"""

from functools import cache

import polars as pl

from schemas.checks.row_rules import ROW_RULES
from schemas.datasets.column_types import field_type
from schemas.datasets.dataset import Dataset, Field
from schemas.findings.rules import RULES
from schemas.pandera_polars import SchemaErrors, ValidationDepth, config_context, pa


def failures(rows: pl.DataFrame, dataset: Dataset, dated: dict[str, pl.Expr]) -> pl.DataFrame:
    """Return column, check and index of each failure; nothing else of pandera's error survives.

    Args:
        dated: What the dates of this submission ask of a row, by their rules.
    """
    found = pl.DataFrame(schema={"column": pl.String, "check": pl.String, "index": pl.Int32})
    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            _with_dates(dataset, dated).validate(rows, lazy=True)
        except SchemaErrors as told:
            found = told.failure_cases.select("column", "check", "index")
    strange = found.filter(~pl.col("check").is_in(list(RULES)) | pl.col("index").is_null())
    if not strange.is_empty():
        checks = ", ".join(sorted(set(strange["check"].fill_null("?").to_list())))
        raise RuntimeError(f"a check that is no rule failed: {checks}")
    return found


def _with_dates(dataset: Dataset, dated: dict[str, pl.Expr]) -> pa.DataFrameSchema:
    """Return the dataset's own schema with the checks that need the dates of this submission."""
    columns = _model_of(dataset).columns
    recorded = columns["recorded"]
    checks = [*recorded.checks, *(_row_check(rule, sound) for rule, sound in dated.items())]
    column = pa.Column(recorded.dtype, checks, nullable=True, description=recorded.description)
    # `update_column` would copy all columns, which takes longer than to check a small file.
    return pa.DataFrameSchema({**columns, "recorded": column})


@cache
def _model_of(dataset: Dataset) -> pa.DataFrameSchema:
    """Return the schema of a dataset's typed rows: the fields that are held to rules, and these.

    Rows have more columns. Callers must not change it.
    """
    return pa.DataFrameSchema(
        {
            field.name: _column(field)
            for field in dataset.columns
            if field.rules or field.name == "recorded"  # the dates covered are asked of it
        }
    )


def _column(field: Field) -> pa.Column:
    checks = [_row_check(rule, ROW_RULES[rule]) for rule in field.rules]
    return pa.Column(field_type(field), checks, nullable=True, description=field.says)


def _row_check(rule: str, sound: pl.Expr) -> pa.Check:
    """Return the check, named as its rule, that each row is sound.

    Where all are, one answer is enough: to look for those that are not takes pandera much longer.
    """

    def rows(data: pa.PolarsData) -> pl.LazyFrame | bool:
        is_sound = data.lazyframe.select(sound).collect(engine="in-memory")
        return True if is_sound.to_series().all(ignore_nulls=False) else is_sound.lazy()

    return pa.Check(rows, name=rule)
