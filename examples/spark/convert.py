"""Converts a folder of documents on a Spark cluster: each partition is a `cairn convert --ndjson` of its own.

    spark-submit examples/spark/convert.py DOCUMENTS BUNDLES [PARTITIONS]

DOCUMENTS and BUNDLES are what Spark reads and writes: a folder, s3a://..., hdfs://... A line out is {"id", "bundle"}, or {"id", "outcome"}
with the OperationOutcome of a document that can't be converted; its id is the address of the file. Node and Cairn are on every worker:
CAIRN says how Cairn is started there (`cairn` where nothing is said), CAIRN_PATH where its programs are (the PATH of the driver).
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
    # What Hadoop reads in one partition may be much: documents are spread evenly before they are converted.
    lines = files.repartition(int(partitions)).map(line_of)
    command = os.environ.get("CAIRN", "cairn") + " convert --ndjson"
    # Spark starts it without any environment, and so without Node. Nothing else of the driver's is handed over.
    environment = {"PATH": os.environ.get("CAIRN_PATH", os.environ["PATH"])}
    # A process that fails fails the task, and Spark does it again elsewhere: with the same bytes.
    lines.pipe(command, environment, checkCode=True).saveAsTextFile(bundles)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
