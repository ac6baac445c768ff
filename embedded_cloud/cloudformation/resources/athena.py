"""The CloudFormation types of Athena.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Athena.html
"""

from __future__ import annotations

import copy
from typing import Any, ClassVar, Self

from embedded_cloud.cloudformation.resource import MissingResourceError, Resource

_CONFIGURATION = "WorkGroupConfiguration"


class WorkGroupResource(Resource):
    """A workgroup.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-workgroup.html
    """

    TYPE: ClassVar[str] = "AWS::Athena::WorkGroup"
    NAME_PROPERTY: ClassVar[str] = "Name"
    PROPERTIES: ClassVar[frozenset[str]] = frozenset(
        {
            "Name",
            "Description",
            "State",
            "RecursiveDeleteOption",
            "Tags.Key",
            "Tags.Value",
            f"{_CONFIGURATION}.BytesScannedCutoffPerQuery",
            f"{_CONFIGURATION}.EnforceWorkGroupConfiguration",
            f"{_CONFIGURATION}.EngineVersion.SelectedEngineVersion",
            f"{_CONFIGURATION}.PublishCloudWatchMetricsEnabled",
            f"{_CONFIGURATION}.RequesterPaysEnabled",
            f"{_CONFIGURATION}.ResultConfiguration.OutputLocation",
            f"{_CONFIGURATION}.ResultConfiguration.ExpectedBucketOwner",
            f"{_CONFIGURATION}.ResultConfiguration.EncryptionConfiguration.EncryptionOption",
            f"{_CONFIGURATION}.ResultConfiguration.EncryptionConfiguration.KmsKey",
        }
    )
    WRITE_ONLY = frozenset({"RecursiveDeleteOption", "Tags"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the workgroup."""
        athena = cls.cloud.client("athena")
        athena.create_work_group(
            Name=name,
            Configuration=properties.get(_CONFIGURATION, {}),
            Description=properties.get("Description", ""),
            Tags=properties.get("Tags", []),
        )
        if "State" in properties:
            athena.update_work_group(WorkGroup=name, State=properties["State"])
        return cls(name, {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        """Set every setting to the template's value, and remove settings that it no longer has."""
        configuration = copy.deepcopy(properties.get(_CONFIGURATION, {}))
        results = configuration.pop("ResultConfiguration", {})
        removed = {"RemoveBytesScannedCutoffPerQuery": "BytesScannedCutoffPerQuery" not in configuration}
        for setting in ("OutputLocation", "EncryptionConfiguration", "ExpectedBucketOwner"):
            results.setdefault(f"Remove{setting}", setting not in results)
        defaults = {"EnforceWorkGroupConfiguration": True, "PublishCloudWatchMetricsEnabled": False}
        self.cloud.client("athena").update_work_group(
            WorkGroup=self.physical_resource_id,
            Description=properties.get("Description", ""),
            State=properties.get("State", "ENABLED"),
            ConfigurationUpdates={**defaults, **configuration, **removed, "ResultConfigurationUpdates": results},
        )
        return type(self)(self.physical_resource_id, {}, properties)

    def read(self) -> dict[str, Any]:
        """Read the workgroup. Athena says with InvalidRequestException that there is none."""
        athena, name = self.cloud.client("athena"), self.physical_resource_id
        try:
            found = athena.get_work_group(WorkGroup=name)["WorkGroup"]
        except athena.exceptions.InvalidRequestException as error:
            raise MissingResourceError from error
        return {**found, _CONFIGURATION: found["Configuration"]}

    def remove(self) -> None:
        """Delete the workgroup. Only ``RecursiveDeleteOption`` deletes its contents too."""
        recursive = self.properties.get("RecursiveDeleteOption", False)
        self.cloud.client("athena").delete_work_group(
            WorkGroup=self.physical_resource_id, RecursiveDeleteOption=recursive
        )


class PreparedStatementResource(Resource):
    """A prepared statement.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-preparedstatement.html
    """

    TYPE: ClassVar[str] = "AWS::Athena::PreparedStatement"
    NAME_PROPERTY: ClassVar[str] = "StatementName"
    REPLACED_BY: ClassVar[frozenset[str]] = frozenset({"WorkGroup"})
    PROPERTIES: ClassVar[frozenset[str]] = frozenset({"StatementName", "WorkGroup", "QueryStatement", "Description"})

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the statement."""
        cls.cloud.client("athena").create_prepared_statement(**{**properties, "StatementName": name})
        return cls(name, {}, properties)

    def update(self, properties: dict[str, Any]) -> Self:
        """Change the statement's text."""
        self.cloud.client("athena").update_prepared_statement(
            **{**properties, "StatementName": self.physical_resource_id}
        )
        return type(self)(self.physical_resource_id, {}, properties)

    def remove(self) -> None:
        """Delete the statement."""
        self.cloud.client("athena").delete_prepared_statement(
            StatementName=self.physical_resource_id, WorkGroup=self.properties["WorkGroup"]
        )


class NamedQueryResource(Resource):
    """A named query.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-athena-namedquery.html
    """

    TYPE: ClassVar[str] = "AWS::Athena::NamedQuery"
    REPLACED_BY: ClassVar[frozenset[str]] = frozenset({"Name", "Database", "Description", "QueryString", "WorkGroup"})
    PROPERTIES: ClassVar[frozenset[str]] = REPLACED_BY

    @classmethod
    def create(cls, name: str, properties: dict[str, Any]) -> Self:
        """Create the query. Its physical id is Athena's id of the query."""
        query = cls.cloud.client("athena").create_named_query(**{"Name": name, **properties})
        return cls(query["NamedQueryId"], {"NamedQueryId": query["NamedQueryId"]}, properties)

    def remove(self) -> None:
        """Delete the query."""
        self.cloud.client("athena").delete_named_query(NamedQueryId=self.physical_resource_id)
