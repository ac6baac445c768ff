"""The checkov gate, which needs a reason for each finding and a finding for each reason."""

from __future__ import annotations

from tools.checkov import accepted, unexplained

REASONS = [{"check": "CKV_1", "resources": ["Lake", "Log"], "reason": "because"}]


def test_list_unexplained_accepts_findings_with_a_reason() -> None:
    assert unexplained({("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a"}, accepted(REASONS)) == []


def test_list_unexplained_names_findings_without_a_reason() -> None:
    found = {("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a", ("CKV_1", "New"): "be safe", ("CKV_2", "Lake"): "be sure"}
    assert unexplained(found, accepted(REASONS)) == ["CKV_1 New: be safe", "CKV_2 Lake: be sure"]


def test_list_unexplained_names_reasons_without_a_finding() -> None:
    assert unexplained({("CKV_1", "Lake"): "a"}, accepted(REASONS)) == [
        "CKV_1 Log: checkov.yml gives a reason, and checkov finds nothing"
    ]


def test_list_accepted_ignores_entries_without_a_reason() -> None:
    assert accepted([{"check": "CKV_1", "resources": ["Lake"], "reason": " "}]) == set()
