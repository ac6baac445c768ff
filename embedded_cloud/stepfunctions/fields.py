"""The fields of each type of state in both query languages.

https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html and the page of each state.
"""

from __future__ import annotations

PROGRAM = frozenset({"Comment", "ProcessorConfig", "QueryLanguage", "StartAt", "States"})
RETRIER = frozenset(
    {"BackoffRate", "Comment", "ErrorEquals", "IntervalSeconds", "JitterStrategy", "MaxAttempts", "MaxDelaySeconds"}
)
CATCHER = frozenset({"Assign", "Comment", "ErrorEquals", "Next", "Output", "ResultPath"})

_EVERY = frozenset({"Comment", "QueryLanguage", "Type"})
_FLOW = frozenset({"Assign", "End", "Next"})
_ERRORS = frozenset({"Catch", "Retry"})

# By type: fields in both languages, only in JSONata, only in JSONPath.
_FIELDS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "Task": (
        _FLOW | _ERRORS | {"Credentials", "HeartbeatSeconds", "Resource", "TimeoutSeconds"},
        frozenset({"Arguments"}),
        frozenset({"HeartbeatSecondsPath", "Parameters", "ResultPath", "ResultSelector", "TimeoutSecondsPath"}),
    ),
    "Parallel": (
        _FLOW | _ERRORS | {"Branches"},
        frozenset({"Arguments"}),
        frozenset({"Parameters", "ResultPath", "ResultSelector"}),
    ),
    "Map": (
        _FLOW
        | _ERRORS
        | {"ItemBatcher", "ItemProcessor", "ItemReader", "ItemSelector", "Iterator", "Label", "MaxConcurrency"}
        | {"ResultWriter", "ToleratedFailureCount", "ToleratedFailurePercentage"},
        frozenset({"Items"}),
        frozenset({"ItemsPath", "MaxConcurrencyPath", "Parameters", "ResultPath", "ResultSelector"})
        | {"ToleratedFailureCountPath", "ToleratedFailurePercentagePath"},
    ),
    "Pass": (_FLOW, frozenset(), frozenset({"Parameters", "Result", "ResultPath"})),
    "Wait": (_FLOW | {"Seconds", "Timestamp"}, frozenset(), frozenset({"SecondsPath", "TimestampPath"})),
    "Choice": (frozenset({"Assign", "Choices", "Default"}), frozenset(), frozenset()),
    "Succeed": (frozenset(), frozenset(), frozenset()),
    "Fail": (frozenset({"Cause", "Error"}), frozenset(), frozenset({"CausePath", "ErrorPath"})),
}

_CHOICE_RULE = frozenset({"Assign", "Comment", "Next"})
_COMPARED_TYPES = ("Boolean", "Numeric", "String", "Timestamp")
_COMPARISONS = frozenset(
    {
        f"{kind}{operator}{path}"
        for kind in _COMPARED_TYPES
        for operator in ("Equals", "GreaterThan", "GreaterThanEquals", "LessThan", "LessThanEquals")
        for path in ("", "Path")
    }
    | {f"Is{kind}" for kind in (*_COMPARED_TYPES, "Null", "Present")}
    | {"And", "Not", "Or", "StringMatches", "Variable"}
)


def list_state_fields(kind: object, language: str) -> frozenset[str] | None:
    """Return the fields that a state of type ``kind`` may have, or None for an unknown type."""
    if not isinstance(kind, str) or kind not in _FIELDS:
        return None
    both, jsonata, jsonpath = _FIELDS[kind]
    data = (
        frozenset()
        if kind == "Fail"
        else frozenset({"Output"} if language == "JSONata" else {"InputPath", "OutputPath"})
    )
    return _EVERY | both | data | (jsonata if language == "JSONata" else jsonpath)


def list_choice_rule_fields(language: str) -> frozenset[str]:
    """Return the fields of a Choice state's rule."""
    return _CHOICE_RULE | (frozenset({"Condition", "Output"}) if language == "JSONata" else _COMPARISONS)
