"""Athena's API for named queries, which the console lists as saved queries.

https://docs.aws.amazon.com/athena/latest/APIReference/API_NamedQuery.html
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from moto.athena.models import NamedQuery

from embedded_cloud.athena.api_part import ApiPart
from embedded_cloud.athena.backend import DEFAULT_WORK_GROUP
from embedded_cloud.athena.refusals import invalid

# https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html
_MAX_LENGTHS = {"Name": 128, "Database": 255, "QueryString": 262_144, "Description": 1_024}
_OPTIONAL = {"Description"}
# https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetNamedQuery.html
MAX_BATCH = 50


class NamedQueryApi(ApiPart):
    """The actions on named queries."""

    def create_named_query(self) -> str:
        asked = self._parameters
        _check_lengths(asked, list(_MAX_LENGTHS))
        group = self._athena.find_work_group(asked.get("WorkGroup") or DEFAULT_WORK_GROUP)
        texts = (asked["Name"], asked.get("Description", ""), asked["Database"], asked["QueryString"])
        return json.dumps({"NamedQueryId": self._athena.create_named_query(*texts, group.name)})

    def update_named_query(self) -> str:
        asked = self._parameters
        _check_lengths(asked, ["Name", "QueryString", "Description"])
        query = self._find_named_query(asked["NamedQueryId"])
        query.name, query.query_string = asked["Name"], asked["QueryString"]
        query.description = asked.get("Description", query.description)
        return "{}"

    def get_named_query(self) -> str:
        return json.dumps({"NamedQuery": _describe(self._find_named_query(self._parameters["NamedQueryId"]))})

    def batch_get_named_query(self) -> str:
        wanted, known = self._parameters["NamedQueryIds"], self._athena.named_queries
        if not 1 <= len(wanted) <= MAX_BATCH:
            raise invalid(f"NamedQueryIds: give 1 to {MAX_BATCH} ids")
        missing = [
            {"NamedQueryId": key, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"NamedQuery {key} was not found"}
            for key in wanted
            if key not in known
        ]
        found = [_describe(known[key]) for key in wanted if key in known]
        return json.dumps({"NamedQueries": found, "UnprocessedNamedQueryIds": missing})

    def list_named_queries(self) -> str:
        group = self._athena.find_work_group(self._parameters.get("WorkGroup") or DEFAULT_WORK_GROUP).name
        found = [key for key, query in self._athena.named_queries.items() if query.workgroup.name == group]
        return self._list_page("NamedQueryIds", found)

    def delete_named_query(self) -> str:
        self._athena.named_queries.pop(self._parameters["NamedQueryId"], None)
        return "{}"

    def _find_named_query(self, key: str) -> NamedQuery:
        if key not in self._athena.named_queries:
            raise invalid(f"NamedQuery {key} was not found")
        return self._athena.named_queries[key]


def _check_lengths(asked: dict[str, Any], names: Sequence[str]) -> None:
    for name in names:
        length = len(asked.get(name) or "")
        if name in asked.keys() | (set(names) - _OPTIONAL) and not 1 <= length <= _MAX_LENGTHS[name]:
            raise invalid(f"{name}: {length} characters are not in the range 1 to {_MAX_LENGTHS[name]}")


def _describe(query: NamedQuery) -> dict[str, Any]:
    return {
        "NamedQueryId": query.id,
        "Name": query.name,
        "Description": query.description,
        "Database": query.database,
        "QueryString": query.query_string,
        "WorkGroup": query.workgroup.name,
    }
