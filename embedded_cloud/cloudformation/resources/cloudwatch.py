"""CloudWatch: alarms and dashboards.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_CloudWatch.html
"""

from __future__ import annotations

import json
from typing import Any, Self

from embedded_cloud.cloudformation.resource import MissingResourceError, Resource


class AlarmResource(Resource):
    """A metric alarm. Its properties are PutMetricAlarm's parameters of the same names."""

    TYPE = "AWS::CloudWatch::Alarm"
    NAME_PROPERTY = "AlarmName"
    PROPERTIES = frozenset(
        {
            "ActionsEnabled",
            "AlarmActions",
            "AlarmDescription",
            "AlarmName",
            "ComparisonOperator",
            "DatapointsToAlarm",
            "Dimensions.Name",
            "Dimensions.Value",
            "EvaluateLowSampleCountPercentile",
            "EvaluationPeriods",
            "ExtendedStatistic",
            "InsufficientDataActions",
            "MetricName",
            "Metrics.Expression",
            "Metrics.Id",
            "Metrics.Label",
            "Metrics.MetricStat.Metric.Dimensions.Name",
            "Metrics.MetricStat.Metric.Dimensions.Value",
            "Metrics.MetricStat.Metric.MetricName",
            "Metrics.MetricStat.Metric.Namespace",
            "Metrics.MetricStat.Period",
            "Metrics.MetricStat.Stat",
            "Metrics.MetricStat.Unit",
            "Metrics.Period",
            "Metrics.ReturnData",
            "Namespace",
            "OKActions",
            "Period",
            "Statistic",
            "Tags.Key",
            "Tags.Value",
            "Threshold",
            "ThresholdMetricId",
            "TreatMissingData",
            "Unit",
        }
    )
    WRITE_ONLY = frozenset({"Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        arn = f"arn:aws:cloudwatch:{cls.cloud.region}:{cls.cloud.account_id}:alarm:{name}"
        return cls(name, {"Arn": arn}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("cloudwatch").put_metric_alarm(**{**properties, "AlarmName": self.physical_resource_id})
        return self

    def read(self) -> dict[str, Any]:
        name = self.physical_resource_id
        found = self.cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
        if not found:
            raise MissingResourceError
        return dict(found[0])

    def remove(self) -> None:
        self.cloud.client("cloudwatch").delete_alarms(AlarmNames=[self.physical_resource_id])


class DashboardResource(Resource):
    """A dashboard. Its body is JSON text, as on AWS."""

    TYPE = "AWS::CloudWatch::Dashboard"
    NAME_PROPERTY = "DashboardName"
    PROPERTIES = frozenset({"DashboardName", "DashboardBody"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        return cls(name, {}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        json.loads(properties["DashboardBody"])  # AWS refuses a body that isn't JSON
        self.cloud.client("cloudwatch").put_dashboard(
            DashboardName=self.physical_resource_id, DashboardBody=properties["DashboardBody"]
        )
        return self

    def remove(self) -> None:
        self.cloud.client("cloudwatch").delete_dashboards(DashboardNames=[self.physical_resource_id])
