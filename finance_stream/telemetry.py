"""The functions' structured log and metrics. Settings come from POWERTOOLS_* variables in serverless.yml."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
# No ticker is ever a dimension: a metric for each would cost more than the whole system.
metrics = Metrics()
