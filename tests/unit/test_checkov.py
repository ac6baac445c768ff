"""The checkov gate, which needs a reason for each finding and a finding for each reason."""

from __future__ import annotations

from tools.checkov import list_accepted, list_unexplained

REASONS = [{"check": "CKV_1", "resources": ["Lake", "Log"], "reason": "because"}]


def test_list_unexplained_accepts_findings_with_a_reason() -> None:
    assert list_unexplained({("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a"}, list_accepted(REASONS)) == []


def test_list_unexplained_names_findings_without_a_reason() -> None:
    found = {("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a", ("CKV_1", "New"): "be safe", ("CKV_2", "Lake"): "be sure"}
    assert list_unexplained(found, list_accepted(REASONS)) == ["CKV_1 New: be safe", "CKV_2 Lake: be sure"]


def test_list_unexplained_names_reasons_without_a_finding() -> None:
    assert list_unexplained({("CKV_1", "Lake"): "a"}, list_accepted(REASONS)) == [
        "CKV_1 Log: checkov.yml gives a reason, and checkov finds nothing"
    ]


def test_list_accepted_ignores_entries_without_a_reason() -> None:
    assert list_accepted([{"check": "CKV_1", "resources": ["Lake"], "reason": " "}]) == set()
