"""Converts a folder of documents on a Spark cluster: each partition runs its own `cairn convert --ndjson`.

    spark-submit examples/spark/convert.py DOCUMENTS BUNDLES [PARTITIONS]

DOCUMENTS and BUNDLES are addresses that Spark can read and write: a folder, s3a://..., hdfs://... A line out is {"id", "bundle"}, or
{"id", "outcome"} with the OperationOutcome of a document that can't be converted; its id is the address of the file. Node and Cairn must be
on every worker. CAIRN is the command that starts Cairn there (default: `cairn`), CAIRN_PATH its PATH (default: the PATH of the driver).
"""

import json
import os
import sys

from pyspark.sql import SparkSession


def line_of(file):
    """The document as a line of NDJSON. Base64, since a document says itself how its bytes are to be read."""
    import base64

    address, content = file
    return json.dumps({"id": address, "base64": base64.b64encode(content).decode("ascii")})


def main(documents, bundles, partitions="400"):
    spark = SparkSession.builder.appName("cairn").getOrCreate()
    files = spark.sparkContext.binaryFiles(documents, minPartitions=int(partitions))
    # Hadoop may read many documents into one partition, so they are spread evenly before they are converted.
    lines = files.repartition(int(partitions)).map(line_of)
    command = os.environ.get("CAIRN", "cairn") + " convert --ndjson"
    # Spark starts the command without any environment, and so without Node. Only PATH is passed on from the driver.
    environment = {"PATH": os.environ.get("CAIRN_PATH", os.environ["PATH"])}
    # If the process fails, the task fails, and Spark runs it again elsewhere, with the same bytes as a result.
    lines.pipe(command, environment, checkCode=True).saveAsTextFile(bundles)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
