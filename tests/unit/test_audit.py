"""The verdict of ``npm run audit``, which is clean only if the auditors answered for every package."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools.audit import CLEAN, UNKNOWN, VULNERABLE, Audited, judge, read_npm_audit, read_pip_audit

GOOD = {"name": "six", "version": "1.17.0", "vulns": []}
FLAWED = {"name": "lxml", "version": "6.1.3", "vulns": [{"id": "PYSEC-1", "fix_versions": ["6.1.4"], "aliases": []}]}
SKIPPED = {"name": "idna", "skip_reason": "Dependency not found on PyPI and could not be audited: idna (3.20)"}


def pip_answer(*dependencies: dict[str, Any]) -> str:
    return json.dumps({"dependencies": dependencies, "fixes": []})


def npm_answer(**vulnerabilities: dict[str, Any]) -> str:
    return json.dumps({"vulnerabilities": vulnerabilities, "metadata": {"dependencies": {"total": 225}}})


def test_judge_passes_when_every_package_is_clean() -> None:
    code, lines = judge([read_pip_audit("a.txt", pip_answer(GOOD), ""), read_npm_audit("b.json", npm_answer(), "")])
    assert code == CLEAN
    assert lines == ["a.txt: no known vulnerability in 1 packages", "b.json: no known vulnerability in 225 packages"]


def test_judge_names_a_vulnerability_and_the_fixed_version() -> None:
    code, lines = judge([read_pip_audit("a.txt", pip_answer(GOOD, FLAWED), "")])
    assert (code, lines) == (VULNERABLE, ["a.txt: lxml 6.1.3: PYSEC-1, fixed in 6.1.4"])


def test_judge_names_a_vulnerable_npm_package() -> None:
    code, lines = judge([read_npm_audit("b.json", npm_answer(ws={"range": "<8", "severity": "high"}), "")])
    assert (code, lines) == (VULNERABLE, ["b.json: ws <8: high"])


def test_judge_reports_unaudited_packages_as_unknown() -> None:
    code, lines = judge([read_pip_audit("a.txt", pip_answer(GOOD, SKIPPED), "No known vulnerabilities found")])
    assert code == UNKNOWN
    assert lines == [f"a.txt: NOT KNOWN: 1 of 2 packages not audited: {SKIPPED['skip_reason']}"]


@pytest.mark.parametrize("stdout", ["", "[]", "{}", '{"message": "405 Method Not Allowed", "statusCode": 405}'])
def test_judge_reports_a_missing_answer_as_unknown(stdout: str) -> None:
    assert judge([read_pip_audit("a.txt", stdout, "Traceback\nConnectionError: api\n")]) == (
        UNKNOWN,
        ["a.txt: NOT KNOWN: ConnectionError: api"],
    )
    assert judge([read_npm_audit("b.json", stdout, "")])[0] == UNKNOWN


def test_read_npm_audit_quotes_npms_error_message() -> None:
    audited = read_npm_audit("b.json", '{"message": "405 Method Not Allowed", "statusCode": 405}', "npm error")
    assert audited.unknown == "405 Method Not Allowed"


def test_judge_ranks_vulnerable_above_unknown() -> None:
    unknown, flawed = Audited("a.txt", unknown="no answer"), Audited("b.txt", 1, ["lxml"])
    assert judge([unknown, flawed])[0] == judge([flawed, unknown])[0] == VULNERABLE
