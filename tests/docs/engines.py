"""The ten questions of docs/analysing.md in Spark and in Dask, which are no part of the project.

Run by another Python, in which they are: from standard input the questions, to standard output
the rows of each answer.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any


def by_spark(folder: str, questions: list[Mapping[str, str]]) -> Iterator[list[Any]]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", f"{folder}-warehouse")
        .getOrCreate()
    )
    session.read.parquet(f"{folder}/incidents").createOrReplaceTempView("incidents")
    for one in questions:
        yield [list(row) for row in session.sql(one["sql"]).collect()]
    every = session.read.option("mergeSchema", "true").option("basePath", folder)
    tables = every.parquet(f"{folder}/dataset=*")
    yield [list(row) for row in tables.groupBy("dataset", "quarter").count().collect()]
    session.stop()


def by_dask(folder: str, questions: list[Mapping[str, str]]) -> Iterator[list[Any]]:
    import dask.dataframe as dd
    import pandas as pd

    frame = dd.read_parquet(f"{folder}/incidents")
    for one in questions:
        names: dict[str, Any] = {"frame": frame, "pd": pd, "incidents": None}
        exec(one["pandas"], names)
        answer = names["by_pandas"]
        answer = answer.compute() if hasattr(answer, "compute") else answer
        rows = answer.reset_index().itertuples(index=False)
        yield [[None if pd.isna(cell) else cell for cell in row] for row in rows]


if __name__ == "__main__":
    told = json.load(sys.stdin)
    ask = {"spark": by_spark, "dask": by_dask}[told["engine"]]
    print(json.dumps(list(ask(told["folder"], told["questions"])), default=str))
