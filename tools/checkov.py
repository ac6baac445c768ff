"""The gate checkov: resources/checkov.yml must give a reason for every finding in a compiled template."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from deployment.package import ROOT

ACCEPTED = ROOT / "resources" / "checkov.yml"

Finding = tuple[str, str]  # the check, and the resource by its name in the template


class CheckovError(Exception):
    """checkov did not give an answer."""


def run_checkov(executable: Path, templates: Sequence[Path]) -> dict[Finding, str]:
    """Return checkov's findings in ``templates``, with the names of its checks.

    Raises
    ------
    CheckovError
        When checkov could not read a template, or checked nothing.
    """
    command = [str(executable), "--framework", "cloudformation", "--output", "json", "--compact", "--skip-download"]
    ran = subprocess.run(  # noqa: S603 - the project's own tool and templates
        [*command, "--file", *map(str, templates)], capture_output=True, text=True, check=False
    )
    try:
        report = json.loads(ran.stdout)
        results, summary = report["results"], report["summary"]
    except (ValueError, KeyError, TypeError) as error:
        raise CheckovError(f"checkov gave no report: {ran.stdout[-500:]}{ran.stderr[-2000:]}") from error
    if summary["parsing_errors"] or not summary["passed"]:
        raise CheckovError(f"checkov read nothing, or not all: {summary}")
    return {
        (failed["check_id"], failed["resource"].rpartition(".")[2]): failed["check_name"]
        for failed in results["failed_checks"]
    }


def list_accepted(entries: Iterable[dict[str, Any]]) -> set[Finding]:
    """Return the findings in resources/checkov.yml that have a reason."""
    return {
        (entry["check"], resource) for entry in entries if entry["reason"].strip() for resource in entry["resources"]
    }


def list_unexplained(found: dict[Finding, str], reasons: set[Finding]) -> list[str]:
    """Return a line for each finding without a reason, and for each reason without a finding."""
    new = [f"{check} {resource}: {found[check, resource]}" for check, resource in sorted(found.keys() - reasons)]
    stale = [
        f"{check} {resource}: {ACCEPTED.name} gives a reason, and checkov finds nothing"
        for check, resource in sorted(reasons - found.keys())
    ]
    return new + stale


def check(executable: Path, templates: Sequence[Path]) -> list[str]:
    """Return a line for each problem in ``templates``."""
    entries: list[dict[str, Any]] = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    return list_unexplained(run_checkov(executable, templates), list_accepted(entries))
