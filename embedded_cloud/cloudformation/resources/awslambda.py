"""Lambda: functions, their versions and permissions, layers, and the retries of events.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Lambda.html
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import Resource, detect_deletion

_NOT_CONFIGURATION = {"Code", "FunctionName", "ReservedConcurrentExecutions", "Tags", "Architectures", "KmsKeyArn"}


class FunctionResource(Resource):
    """A function whose archive is in S3."""

    TYPE = "AWS::Lambda::Function"
    NAME_PROPERTY = "FunctionName"
    MAX_NAME_LENGTH: ClassVar[int] = 64
    PROPERTIES = frozenset(
        {
            "Architectures",
            "Code.S3Bucket",
            "Code.S3Key",
            "DeadLetterConfig.TargetArn",
            "Description",
            "Environment.Variables.*",
            "EphemeralStorage.Size",
            "FunctionName",
            "Handler",
            "KmsKeyArn",
            "Layers",
            "LoggingConfig.LogFormat",
            "LoggingConfig.LogGroup",
            "MemorySize",
            "PackageType",
            "ReservedConcurrentExecutions",
            "Role",
            "Runtime",
            "Tags.Key",
            "Tags.Value",
            "Timeout",
            "TracingConfig.Mode",
        }
    )
    REPLACED_BY = frozenset({"PackageType"})
    WRITE_ONLY = frozenset({"Code"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        client = cls.cloud.client("lambda")
        key = {"KMSKeyArn": properties["KmsKeyArn"]} if "KmsKeyArn" in properties else {}
        architectures = {"Architectures": properties["Architectures"]} if "Architectures" in properties else {}
        arn = client.create_function(
            FunctionName=name,
            Code=properties["Code"],
            Tags=_read_tags(properties),
            **_build_configuration(properties),
            **architectures,
            **key,
        )["FunctionArn"]
        made = cls(name, {"Arn": arn}, {})
        try:
            made._reserve(client, properties)
        except Exception:
            client.delete_function(FunctionName=name)
            raise
        return made

    def update(self, properties: dict[str, Any]) -> Self:
        client, name = self.cloud.client("lambda"), self.physical_resource_id
        before = self.properties
        if _build_configuration(before) != _build_configuration(properties):
            defaults = _list_defaults(before.keys() - properties.keys())
            client.update_function_configuration(FunctionName=name, **{**defaults, **_build_configuration(properties)})
        if any(before.get(part) != properties.get(part) for part in ("Code", "Architectures")):
            architectures = properties.get("Architectures", ["x86_64"])
            client.update_function_code(FunctionName=name, Architectures=architectures, **properties["Code"])
        arn = self.attributes["Arn"]
        if gone := sorted(_read_tags(before).keys() - _read_tags(properties).keys()):
            client.untag_resource(Resource=arn, TagKeys=gone)
        client.tag_resource(Resource=arn, Tags=_read_tags(properties))
        self._reserve(client, properties)
        return self

    def read(self) -> dict[str, Any]:
        client, name = self.cloud.client("lambda"), self.physical_resource_id
        with detect_deletion():
            found = client.get_function_configuration(FunctionName=name)
        return {
            **found,
            **client.get_function_concurrency(FunctionName=name),
            "KmsKeyArn": found.get("KMSKeyArn"),
            "Layers": [layer["Arn"] for layer in found.get("Layers", [])],
            "Tags": [
                {"Key": key, "Value": value}
                for key, value in client.list_tags(Resource=found["FunctionArn"])["Tags"].items()
            ],
        }

    def remove(self) -> None:
        self.cloud.client("lambda").delete_function(FunctionName=self.physical_resource_id)

    def _reserve(self, client: Any, properties: dict[str, Any]) -> None:
        reserved, name = properties.get("ReservedConcurrentExecutions"), self.physical_resource_id
        if reserved is not None:
            client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
        elif "ReservedConcurrentExecutions" in self.properties:
            client.delete_function_concurrency(FunctionName=name)


class VersionResource(Resource):
    """A published version. Any change creates another version."""

    TYPE = "AWS::Lambda::Version"
    PROPERTIES = frozenset({"CodeSha256", "Description", "FunctionName"})
    REPLACED_BY = PROPERTIES

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        version = cls.cloud.client("lambda").publish_version(**properties)
        return cls(version["FunctionArn"], {"Version": version["Version"]}, properties)

    def remove(self) -> None:
        name, version = self.properties["FunctionName"], self.attributes["Version"]
        self.cloud.client("lambda").delete_function(FunctionName=name, Qualifier=version)


class PermissionResource(Resource):
    """A statement of a function's resource policy. Its physical id is the statement's."""

    TYPE = "AWS::Lambda::Permission"
    PROPERTIES = frozenset(
        {
            "Action",
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "Principal",
            "SourceAccount",
            "SourceArn",
        }
    )
    REPLACED_BY = PROPERTIES

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        del name
        statement = str(uuid.uuid4())
        cls.cloud.client("lambda").add_permission(StatementId=statement, **properties)
        return cls(statement, {"Id": statement}, properties)

    def remove(self) -> None:
        self.cloud.client("lambda").remove_permission(
            FunctionName=self.properties["FunctionName"], StatementId=self.physical_resource_id
        )


class LayerVersionResource(Resource):
    """A layer's version. Any change creates another version."""

    TYPE = "AWS::Lambda::LayerVersion"
    PROPERTIES = frozenset(
        {
            "CompatibleArchitectures",
            "CompatibleRuntimes",
            "Content.S3Bucket",
            "Content.S3Key",
            "Description",
            "LayerName",
            "LicenseInfo",
        }
    )
    REPLACED_BY = PROPERTIES - {"LayerName"} | {"Content"}

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        layer = properties.get("LayerName", name)
        version = cls.cloud.client("lambda").publish_layer_version(**{**properties, "LayerName": layer})
        arn = version["LayerVersionArn"]
        return cls(arn, {"LayerVersionArn": arn}, properties)

    def remove(self) -> None:
        *_, layer, version = self.physical_resource_id.split(":")
        self.cloud.client("lambda").delete_layer_version(LayerName=layer, VersionNumber=int(version))


class EventInvokeConfigResource(Resource):
    """The retries of asynchronous events: their number and the events' maximum age."""

    TYPE = "AWS::Lambda::EventInvokeConfig"
    PROPERTIES = frozenset({"FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts", "Qualifier"})
    REPLACED_BY = frozenset({"FunctionName", "Qualifier"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        return cls(name, {}, properties).update(properties)

    def update(self, properties: dict[str, Any]) -> Self:
        self.cloud.client("lambda").put_function_event_invoke_config(**properties)
        return self

    def remove(self) -> None:
        name = self.properties["FunctionName"]
        self.cloud.client("lambda").delete_function_event_invoke_config(FunctionName=name)


def _build_configuration(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in _NOT_CONFIGURATION | {"PackageType"}}


def _list_defaults(names: Any) -> dict[str, Any]:
    """Return AWS's defaults for properties that the template has dropped."""
    defaults: dict[str, Any] = {
        "DeadLetterConfig": {},
        "Description": "",
        "Environment": {"Variables": {}},
        "EphemeralStorage": {"Size": 512},
        "Layers": [],
        "LoggingConfig": {"LogFormat": "Text"},
        "MemorySize": 128,
        "Timeout": 3,
        "TracingConfig": {"Mode": "PassThrough"},
    }
    return {name: defaults[name] for name in names if name in defaults}


def _read_tags(properties: dict[str, Any]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
