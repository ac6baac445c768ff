"""The functions' structured log and metrics. Settings come from POWERTOOLS_* variables in serverless.yml."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger()
# A ticker must never be a dimension: a metric per ticker would cost more than the whole system.
metrics = Metrics()
