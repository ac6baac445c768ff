"""Workgroups: their settings and their prepared statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from embedded_cloud import clock
from embedded_cloud.athena.refusals import invalid

# https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
MIN_SCAN_CUTOFF_BYTES = 10_000_000
_ENGINES = ("AUTO", "Athena engine version 3")


@dataclass
class PreparedQuery:
    """A prepared statement of a workgroup. https://docs.aws.amazon.com/athena/latest/APIReference/API_PreparedStatement.html"""

    name: str
    work_group: str
    query: str
    description: str
    modified: datetime = field(default_factory=clock.now)


def check_configuration(configuration: Mapping[str, Any]) -> None:
    """Refuse workgroup settings that AWS refuses or that would have no effect here."""
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    if cutoff is not None and cutoff < MIN_SCAN_CUTOFF_BYTES:
        raise invalid(f"BytesScannedCutoffPerQuery: {cutoff} is less than {MIN_SCAN_CUTOFF_BYTES} bytes")
    engine = configuration.get("EngineVersion", {}).get("SelectedEngineVersion", "AUTO")
    if engine not in _ENGINES:
        raise invalid(f"Engine version {engine} is not supported by the embedded cloud")
    check_results(configuration.get("ResultConfiguration") or {})


def check_results(configuration: Mapping[str, Any]) -> None:
    """Refuse settings for query results that would have no effect here."""
    if "AclConfiguration" in configuration:
        raise invalid("AclConfiguration is not supported by the embedded cloud")
    if configuration.get("EncryptionConfiguration", {}).get("EncryptionOption") == "CSE_KMS":
        raise invalid("EncryptionOption CSE_KMS is not supported by the embedded cloud")


def update_configuration(configuration: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    """Return a workgroup's settings after an update. A given setting is replaced. ``Remove...`` deletes a setting.

    https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfigurationUpdates.html
    """
    of_results = updates.get("ResultConfigurationUpdates") or {}
    others = {name: value for name, value in updates.items() if name != "ResultConfigurationUpdates"}
    changed = _merge(configuration, others)
    changed["ResultConfiguration"] = _merge(configuration.get("ResultConfiguration") or {}, of_results)
    check_configuration(changed)
    return changed


def _merge(settings: Mapping[str, Any], updates: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(settings)
    for name, value in updates.items():
        if not name.startswith("Remove"):
            merged[name] = value
        elif value:
            merged.pop(name.removeprefix("Remove"), None)
    return merged
