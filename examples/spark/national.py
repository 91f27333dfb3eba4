"""Count the merged data of many partnerships together, on Spark.

spark-submit national.py ROOT OUTPUT: ROOT holds what was pulled of each partnership, in folders or
a bucket (ROOT/westshire/incidents/quarter=2026Q3/…); OUTPUT becomes a folder with a Parquet table.
The counts are exact: analysts may read them, and the public may not.
"""

import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f


def incidents_of_all(spark: SparkSession, root: str) -> DataFrame:
    """Open the incidents of every partnership as one table, with whose they are."""
    files = spark.read.option("recursiveFileLookup", "true").option("mergeSchema", "true")
    path = f.col("_metadata.file_path")
    where = r"([^/]+)/incidents/quarter=([^/]+)/"
    return files.parquet(f"{root}/*/incidents").select(
        f.regexp_extract(path, where, 1).alias("partnership"),
        f.regexp_extract(path, where, 2).alias("quarter"),
        "*",
    )


def roll_up(incidents: DataFrame) -> DataFrame:
    """Count by quarter, agency and theme: records, and the partnerships that they are from."""
    return incidents.groupBy("quarter", "agency", "theme").agg(
        f.count("*").alias("records"),
        f.countDistinct("partnership").alias("partnerships"),
        f.count_if(f.col("domestic") == "yes").alias("domestic"),
        f.count_if(f.col("generalised") == "generalised").alias("generalised"),
    )


if __name__ == "__main__":
    root, output = sys.argv[1:]
    session = SparkSession.builder.appName("national roll-up").getOrCreate()
    roll_up(incidents_of_all(session, root)).coalesce(1).write.mode("overwrite").parquet(output)
    session.stop()
