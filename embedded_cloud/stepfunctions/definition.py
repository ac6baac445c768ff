"""Checks of a state machine's definition before its creation.

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from embedded_cloud.stepfunctions.failure import ALL
from embedded_cloud.stepfunctions.fields import CATCHER, PROGRAM, RETRIER, list_choice_rule_fields, list_state_fields
from embedded_cloud.stepfunctions.integrations import (
    SERVICE_PREFIX,
    NotEmulatedError,
    UnknownIntegrationError,
    check_integration,
)
from embedded_cloud.stepfunctions.json_errors import describe_json_error
from embedded_cloud.stepfunctions.map import EXPRESS_MARK
from embedded_cloud.stepfunctions.operations import find_unsupported_fields, load_operation
from embedded_cloud.stepfunctions.parser import parse_program
from embedded_cloud.stepfunctions.result_writer import find_writer_problems, rewrite_writer

MAX_DEFINITION_BYTES = 1_048_576  # https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_STATE_NAME_CHARACTERS = 80  # https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html

_RFC3339 = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_TERMINAL = frozenset({"Fail", "Succeed"})
_WITHOUT_NEXT = _TERMINAL | {"Choice"}


@dataclass(frozen=True)
class DefinitionProblem:
    """A reason to refuse a definition: AWS's code, a sentence, and the location (``/States/Plan/Next``) or None."""

    code: str
    message: str
    location: str | None

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" at {self.location}" if self.location else "")


def find_problems(definition: str, *, express: bool = False) -> list[DefinitionProblem]:
    """Return all problems of ``definition``. The list is empty if AWS would accept it and this cloud can run it.

    ``express`` is True for a state machine of type EXPRESS.
    """
    if len(definition.encode()) > MAX_DEFINITION_BYTES:
        return [
            DefinitionProblem("INVALID_DEFINITION", f"The definition is larger than {MAX_DEFINITION_BYTES} bytes", "/")
        ]
    if not definition.strip():
        return [DefinitionProblem("SCHEMA_VALIDATION_FAILED", "Definition must be a valid JSON object", None)]
    try:
        program = json.loads(definition)
    except (ValueError, RecursionError) as error:
        return [DefinitionProblem("INVALID_JSON_DESCRIPTION", describe_json_error(error), "/")]
    if not isinstance(program, dict):
        return [DefinitionProblem("INVALID_JSON_DESCRIPTION", "A definition is an object", "/")]
    missing = ", ".join(field for field in ("States", "StartAt") if field not in program)
    if missing:
        return [DefinitionProblem("SCHEMA_VALIDATION_FAILED", f"These fields are required: [{missing}]", "/")]
    found = list(_check_program(program, "", "JSONPath", express=express))
    found += [*_find_repeated_names(program), *_find_downgrades(program)]
    if not found:
        try:
            build_program(definition)
        except Exception as error:  # raised by the grammar or a component; its text names the problem
            found = [DefinitionProblem("SCHEMA_VALIDATION_FAILED", str(error), "/")]
    return found


def build_program(definition: str) -> Any:
    """Build the program that runs ``definition``, after rewriting the parts that moto's grammar lacks."""
    return parse_program(_rewrite_for_grammar(definition))


@functools.lru_cache(maxsize=64)
def _rewrite_for_grammar(definition: str) -> str:
    def adapt(value: dict[str, Any]) -> dict[str, Any]:
        config = value.get("ProcessorConfig")
        if isinstance(config, dict) and config.get("ExecutionType") == "EXPRESS":
            value |= {"ProcessorConfig": {**config, "ExecutionType": "STANDARD"}, "Comment": EXPRESS_MARK}
        if isinstance(value.get("ToleratedFailurePercentage"), int) and "ItemProcessor" in value:
            value["ToleratedFailurePercentage"] = float(value["ToleratedFailurePercentage"])
        if isinstance(value.get("ResultWriter"), dict) and "ItemProcessor" in value:
            value["ResultWriter"] = rewrite_writer(value["ResultWriter"])
        return value

    # No escapes of non-ASCII characters: moto's lexer doesn't decode them.
    return json.dumps(json.loads(definition, object_hook=adapt), ensure_ascii=False)


def _check_program(program: dict[str, Any], path: str, language: str, *, express: bool) -> Iterator[DefinitionProblem]:
    """Yield the problems of a state machine, a branch or an item processor."""
    language = program.get("QueryLanguage", language)
    yield from _check_fields(program, PROGRAM if path else PROGRAM | {"TimeoutSeconds", "Version"}, path)
    states = program.get("States")
    if not isinstance(states, dict) or not states:
        yield DefinitionProblem(
            "SCHEMA_VALIDATION_FAILED", "States is required and holds at least one state", f"{path}/States"
        )
        return
    express = express or program.get("ProcessorConfig", {}).get("ExecutionType") == "EXPRESS"
    reached: set[str] = set()
    targets = [(program.get("StartAt"), f"{path}/StartAt")]
    for name, state in states.items():
        state_path = f"{path}/States/{name}"
        if len(name) > MAX_STATE_NAME_CHARACTERS:
            yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", "A state's name has at most 80 characters", state_path)
        yield from _check_state(state, state_path, language, express=express)
        targets += _list_targets(state, state_path)
    for target, target_path in targets:
        if target not in states:
            yield DefinitionProblem("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {target}", target_path)
        reached.add(str(target))
    for name in states.keys() - reached:
        yield DefinitionProblem(
            "MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', f"{path}/States/{name}"
        )


def _check_state(state: dict[str, Any], path: str, language: str, *, express: bool) -> Iterator[DefinitionProblem]:
    language = state.get("QueryLanguage", language)
    kind = state.get("Type")
    known = list_state_fields(kind, language)
    if known is None:
        yield DefinitionProblem(
            "SCHEMA_VALIDATION_FAILED", f"The value '{kind}' of Type is not a state's type", f"{path}/Type"
        )
        return
    yield from _check_fields(state, known, path)
    if kind not in _WITHOUT_NEXT and ("Next" in state) == (state.get("End") is True):
        yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", "A state has either Next or End", path)
    for index, rule in enumerate(state.get("Choices", ())):
        yield from _check_fields(rule, list_choice_rule_fields(language), f"{path}/Choices[{index}]")
    yield from _check_error_handling(state, path)
    if kind == "Wait" and isinstance(state.get("Timestamp"), str):
        yield from _check_timestamp(state["Timestamp"], f"{path}/Timestamp", language)
    if kind == "Task":
        yield from _check_task(state, path, express=express)
    for index, branch in enumerate(state.get("Branches", ())):
        yield from _check_program(branch, f"{path}/Branches[{index}]", language, express=express)
    for field in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(field), dict):
            if express and state[field].get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
                message = "Express state machine does not support distributed Map states"
                yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", message, f"{path}/{field}/ProcessorConfig/Mode")
            yield from _check_program(state[field], f"{path}/{field}", language, express=express)
    if "ResultWriter" in state:
        config = (state.get("ItemProcessor") or {}).get("ProcessorConfig") or {}
        distributed = config.get("Mode") == "DISTRIBUTED"
        for message, field in find_writer_problems(state["ResultWriter"], language, distributed=distributed):
            yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", message, f"{path}/ResultWriter{field}")
    if "ItemBatcher" in state:
        yield DefinitionProblem(
            "NOT_EMULATED", "The embedded cloud does not support ItemBatcher", f"{path}/ItemBatcher"
        )


def _check_error_handling(state: dict[str, Any], path: str) -> Iterator[DefinitionProblem]:
    for field, known in (("Retry", RETRIER), ("Catch", CATCHER)):
        handlers = state.get(field, [])
        for index, handler in enumerate(handlers):
            handler_path = f"{path}/{field}[{index}]"
            yield from _check_fields(handler, known, handler_path)
            names = handler.get("ErrorEquals") or []
            if not names:
                yield DefinitionProblem(
                    "SCHEMA_VALIDATION_FAILED", "ErrorEquals is required and not empty", handler_path
                )
            if ALL in names and (len(names) > 1 or index < len(handlers) - 1):
                yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", f"{ALL} must appear alone and last", handler_path)


def _check_task(state: dict[str, Any], path: str, *, express: bool) -> Iterator[DefinitionProblem]:
    resource = state.get("Resource")
    if not isinstance(resource, str):
        yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", "Resource is required", f"{path}/Resource")
        return
    if not resource.startswith(SERVICE_PREFIX):
        return
    try:
        check_integration(resource, express=express)
    except (UnknownIntegrationError, NotEmulatedError) as error:
        code = "NOT_EMULATED" if isinstance(error, NotEmulatedError) else "SCHEMA_VALIDATION_FAILED"
        yield DefinitionProblem(code, str(error), f"{path}/Resource")
        return
    model = load_operation(*resource.removeprefix(SERVICE_PREFIX).partition(".")[0].split(":")[-2:])
    for field in ("Arguments", "Parameters"):
        for unknown in find_unsupported_fields(model, state.get(field)):
            message = f'The field "{unknown}" is not supported by Step Functions'
            yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", message, f"{path}/{field}")


def _check_timestamp(text: str, path: str, language: str) -> Iterator[DefinitionProblem]:
    if language == "JSONata" and text.startswith("{%"):
        return
    try:
        valid = _RFC3339.fullmatch(text) and datetime.fromisoformat(f"{text[:19]}+00:00")
    except ValueError:
        valid = None
    if not valid:
        yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", "String does not match RFC3339 timestamp", path)


def _check_fields(value: Any, known: frozenset[str], path: str) -> Iterator[DefinitionProblem]:
    if not isinstance(value, dict):
        yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", "Expected an object", path or "/")
        return
    for field in sorted(value.keys() - known):
        yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", f'Field "{field}" is not supported', f"{path}/{field}")


def _list_targets(state: dict[str, Any], path: str) -> list[tuple[Any, str]]:
    """List the possible next states of ``state``, each with the path of its field."""
    targets = [(state[field], f"{path}/{field}") for field in ("Next", "Default") if field in state]
    for field in ("Choices", "Catch"):
        targets += [
            (item.get("Next"), f"{path}/{field}[{index}]/Next") for index, item in enumerate(state.get(field, ()))
        ]
    return targets


def _find_repeated_names(program: Any) -> Iterator[DefinitionProblem]:
    """Yield duplicate state names. They must be unique "within the scope of the whole state machine"."""
    seen: set[str] = set()
    for name, path, _ in _walk_states(program, ""):
        if name in seen:
            yield DefinitionProblem("DUPLICATE_STATE_NAME", f"Duplicate State name: {name}", path)
        seen.add(name)


def _find_downgrades(program: dict[str, Any]) -> Iterator[DefinitionProblem]:
    """Yield the JSONPath states of a JSONata state machine."""
    if program.get("QueryLanguage") == "JSONata":
        for _, path, state in _walk_states(program, ""):
            if state.get("QueryLanguage") == "JSONPath":
                message = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
                yield DefinitionProblem("SCHEMA_VALIDATION_FAILED", message, path)


def _walk_states(value: Any, path: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for name, state in value.get("States", {}).items() if isinstance(value, dict) else ():
        if isinstance(state, dict):
            state_path = f"{path}/States/{name}"
            yield name, state_path, state
            for inner in (*state.get("Branches", ()), state.get("ItemProcessor"), state.get("Iterator")):
                yield from _walk_states(inner, state_path)
