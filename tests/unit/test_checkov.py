"""The gate checkov: no finding without a reason, no reason without a finding."""

from __future__ import annotations

from tools.checkov import list_accepted, list_unexplained

REASONS = [{"check": "CKV_1", "resources": ["Lake", "Log"], "reason": "because"}]


def test_a_finding_with_a_reason_passes() -> None:
    assert list_unexplained({("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a"}, list_accepted(REASONS)) == []


def test_a_finding_of_another_check_or_resource_is_named_in_checkovs_words() -> None:
    found = {("CKV_1", "Lake"): "a", ("CKV_1", "Log"): "a", ("CKV_1", "New"): "be safe", ("CKV_2", "Lake"): "be sure"}
    assert list_unexplained(found, list_accepted(REASONS)) == ["CKV_1 New: be safe", "CKV_2 Lake: be sure"]


def test_a_reason_that_nothing_is_found_for_is_named() -> None:
    assert list_unexplained({("CKV_1", "Lake"): "a"}, list_accepted(REASONS)) == [
        "CKV_1 Log: checkov.yml gives a reason, and checkov finds nothing"
    ]


def test_an_entry_without_a_reason_accepts_nothing() -> None:
    assert list_accepted([{"check": "CKV_1", "resources": ["Lake"], "reason": " "}]) == set()
