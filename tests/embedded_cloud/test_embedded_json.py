"""JSON that is nested too deeply, which the embedded cloud's services reject as invalid JSON."""

from __future__ import annotations

import pytest
from moto.stepfunctions.exceptions import InvalidExecutionInput

from embedded_cloud.lambda_.invocation import is_json
from embedded_cloud.stepfunctions.backend import check_input
from embedded_cloud.stepfunctions.definition import find_problems

DEEP = "[" * 100_000


def test_check_input_refuses_deep_json() -> None:
    with pytest.raises(InvalidExecutionInput):
        check_input(DEEP)


def test_find_problems_names_deep_json() -> None:
    assert [problem.code for problem in find_problems(DEEP)] == ["INVALID_JSON_DESCRIPTION"]


def test_is_json_rejects_deep_json() -> None:
    assert not is_json(DEEP.encode())
