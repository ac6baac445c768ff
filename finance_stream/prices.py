"""AWS's list prices in US dollars in us-east-1, without free tiers and volume discounts. No other file has them.

The page above each price is its source, read in :data:`AS_OF`.
"""

from __future__ import annotations

AS_OF = "2026-11"
REGION = "us-east-1"

# https://aws.amazon.com/lambda/pricing/
LAMBDA_GB_SECOND = {"arm64": 1.33334e-5, "x86_64": 1.66667e-5}
LAMBDA_REQUEST = 0.20e-6

# https://aws.amazon.com/step-functions/pricing/
STANDARD_TRANSITION = 0.025e-3
EXPRESS_REQUEST = 1.00e-6
EXPRESS_GB_SECOND = 1.667e-5
EXPRESS_CHUNK_GB = 64 / 1024  # memory is billed in steps of 64 MB
EXPRESS_STEP_SECONDS = 0.1

# https://aws.amazon.com/firehose/pricing/ (each record is rounded up to finance_stream.bars.BILLED_RECORD_BYTES)
FIREHOSE_GB = 0.029
PARTITIONING_GB = 0.020
PARTITIONING_OBJECT = 0.005e-3

# https://aws.amazon.com/s3/pricing/
S3_PUT = 0.005e-3
S3_GET = 0.0004e-3
S3_GB_MONTH = 0.023

# https://aws.amazon.com/athena/pricing/
ATHENA_TB = 5.00
ATHENA_MIN_QUERY_BYTES = 10 * 2**20

# https://aws.amazon.com/cloudwatch/pricing/
LOGS_GB = 0.50
METRIC_MONTH = 0.30
ALARM_METRIC_MONTH = 0.10
DASHBOARD_MONTH = 3.00
# https://aws.amazon.com/xray/pricing/
TRACE = 5.00e-6

# https://aws.amazon.com/kms/pricing/
KEY_MONTH = 1.00

# https://aws.amazon.com/eventbridge/pricing/
SCHEDULED_START = 1.00e-6
