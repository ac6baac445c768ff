"""The parser of definitions: moto's grammar and components, with this cloud's own states and expressions."""

from __future__ import annotations

import functools
import json
from typing import Any

from antlr4 import ParserRuleContext  # type: ignore[import-untyped]
from moto.stepfunctions.parser.asl.component.common.parargs import Parameters
from moto.stepfunctions.parser.asl.component.common.query_language import QueryLanguageMode
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.eval_component import EvalComponent
from moto.stepfunctions.parser.asl.component.program.program import Program
from moto.stepfunctions.parser.asl.component.state.choice.comparison.comparison import ConditionStringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer.result_writer_decl import ResultWriter
from moto.stepfunctions.parser.asl.component.state.exec.state_map.tolerated_failure import (
    ToleratedFailureCountStringJSONata,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import (
    LambdaResource,
    Resource,
    ServiceResource,
)
from moto.stepfunctions.parser.asl.component.state.state_type import StateType
from moto.stepfunctions.parser.asl.parse import asl_parser
from moto.stepfunctions.parser.asl.parse.preprocessor import Preprocessor

from embedded_cloud.stepfunctions.athena import AthenaTask
from embedded_cloud.stepfunctions.failure import evaluation_failure
from embedded_cloud.stepfunctions.jsonata import QueryError, check_syntax, evaluate
from embedded_cloud.stepfunctions.map import MapState
from embedded_cloud.stepfunctions.services import DynamoDbTask, EventsTask, SnsTask, SqsTask
from embedded_cloud.stepfunctions.states import (
    ChoiceState,
    FailState,
    ParallelState,
    PassState,
    SucceedState,
    WaitState,
)
from embedded_cloud.stepfunctions.tasks import FunctionTask, InvokeTask, SdkTask

_STATES = {
    StateType.Choice: ChoiceState,
    StateType.Fail: FailState,
    StateType.Map: MapState,
    StateType.Parallel: ParallelState,
    StateType.Pass: PassState,
    StateType.Succeed: SucceedState,
    StateType.Wait: WaitState,
}
_SERVICE_TASKS = {
    "athena": AthenaTask,
    "aws-sdk": SdkTask,
    "dynamodb": DynamoDbTask,
    "events": EventsTask,
    "lambda": InvokeTask,
    "sns": SnsTask,
    "sqs": SqsTask,
}
_DEFINITIONS_KEPT = 64


class JsonataExpression(StringJSONata):  # type: ignore[misc]
    """An expression ``{% ... %}``. ``field`` is its path in the state in AWS's form: ``Arguments/Payload/items[0]``."""

    def __init__(self, expression: str, field: str) -> None:
        super().__init__(expression=expression)
        self.field = field
        try:
            check_syntax(expression)
        except QueryError as error:
            raise ValueError(
                f"The JSONata expression '{expression}' specified for the field '{field}' {error}"
            ) from error

    def _eval_body(self, env: Any) -> None:
        variables = {**env.variable_store.bind(), "states": env.states.bind()}
        try:
            env.stack.append(evaluate(self.expression, variables))
        except QueryError as error:
            cause = f"The JSONata expression '{self.expression}' specified for the field '{self.field}' {error}"
            raise evaluation_failure(env, cause, self.field) from error

    def require(self, env: Any, value: Any, expected: str, *types: type) -> None:
        """Fail the state unless this expression's result ``value`` has one of ``types`` ("Expected 'number'")."""
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise evaluation_failure(
                env,
                f"The JSONata expression '{self.expression}' specified for the field '{self.field}' returned an "
                f"unexpected result type. Expected '{expected}', but was '{_name_json_type(value)}' for value: "
                f"{json.dumps(value, separators=(',', ':'))}",
                self.field,
            )


def _name_json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "null")


class JsonataCondition(ConditionStringJSONata):  # type: ignore[misc]
    """A Choice rule's condition. A result that isn't a boolean fails the state."""

    def _eval_body(self, env: Any) -> None:
        self.string_jsonata.eval(env=env)
        self.string_jsonata.require(env, env.stack[-1], "boolean", bool)


class ProgramBuilder(Preprocessor):  # type: ignore[misc]
    """moto's visitor of the parse tree, which creates this cloud's components."""

    def __init__(self) -> None:
        super().__init__()
        # In moto this is a class attribute: threads share it, and a failed definition leaves its scopes behind.
        self._query_language_per_scope: list[Any] = []

    def _open_query_language_scope(self, parse_tree: Any) -> None:
        try:
            super()._open_query_language_scope(parse_tree)
        except ValueError:
            machine = self._query_language_per_scope[0]
            if machine.query_language_mode is QueryLanguageMode.JSONata:
                raise
            # In a JSONPath machine, a JSONPath state may be in a JSONata state. moto refuses it.
            self._query_language_per_scope.append(machine)

    @staticmethod
    def _inner_string_of(parser_rule_context: ParserRuleContext) -> str | None:
        text = parser_rule_context.getText()
        if text == "null":
            return None
        return str(json.loads(text)) if text.startswith('"') else str(text)  # moto doesn't decode escapes

    @staticmethod
    def _common_state_field_of(state_props: Any) -> Any:
        state_type = state_props.get(StateType)
        state: Any = create_task(state_props.get(Resource)) if state_type is StateType.Task else _STATES[state_type]()
        state.from_state_props(state_props)
        return state

    def visitString_jsonata(self, ctx: Any) -> JsonataExpression:  # noqa: N802 - ANTLR's name
        return JsonataExpression(self._inner_jsonata_expr(ctx=ctx), _find_field_path(ctx))

    def visitCondition_string_jsonata(self, ctx: Any) -> JsonataCondition:  # noqa: N802
        return JsonataCondition(string_jsonata=self.visitString_jsonata(ctx.string_jsonata()))

    def visitResult_writer_decl(self, ctx: Any) -> ResultWriter:  # noqa: N802
        # moto's grammar has Parameters in both languages, and its visitor refuses them in JSONata.
        fields = [field.getChild(0) for field in ctx.result_writer_field()]
        resource = self.visit(next(field for field in fields if _is_rule(field, "Resource_decl")))
        template = next(field for field in fields if _is_rule(field, "Parameters_decl")).payload_tmpl_decl()
        if self._is_query_language(QueryLanguageMode.JSONata):
            return ResultWriter(resource, WriterArguments(json.loads(template.getText())))
        return ResultWriter(resource, Parameters(self.visit(template)))

    def visitTolerated_failure_count_string_jsonata(self, ctx: Any) -> Any:  # noqa: N802
        # moto treats it as a percentage.
        return ToleratedFailureCountStringJSONata(string_jsonata=self.visitString_jsonata(ctx.string_jsonata()))


class WriterArguments(EvalComponent):  # type: ignore[misc]
    """The Arguments of a ResultWriter. Texts in ``{% %}`` are expressions."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._template = self._parse(arguments, "ResultWriter/Arguments")

    def _parse(self, value: Any, field: str) -> Any:
        if isinstance(value, dict):
            return {key: self._parse(one, f"{field}/{key}") for key, one in value.items()}
        is_expression = isinstance(value, str) and value.startswith("{%") and value.endswith("%}")
        return JsonataExpression(value[2:-2].strip(), field) if is_expression else value

    def _eval_body(self, env: Any) -> None:
        def evaluate_part(part: Any) -> Any:
            if isinstance(part, dict):
                return {key: evaluate_part(one) for key, one in part.items()}
            if not isinstance(part, JsonataExpression):
                return part
            part.eval(env)
            return env.stack.pop()

        env.stack.append(evaluate_part(self._template))


def create_task(resource: Any) -> Any:
    """Create the Task state for ``resource``, or raise ValueError if the resource isn't emulated."""
    if isinstance(resource, LambdaResource):
        return FunctionTask()
    if isinstance(resource, ServiceResource) and resource.service_name in _SERVICE_TASKS:
        return _SERVICE_TASKS[resource.service_name]()
    arn = getattr(resource, "resource_arn", None)
    raise ValueError(f"The resource '{arn}' is not emulated by the embedded cloud.")


def _find_field_path(ctx: Any) -> str:
    """Return the expression's path in its state: keys after ``/``, positions in brackets."""
    path = ""
    while ctx is not None and not _is_rule(ctx, "State_decl_body"):
        parent = ctx.parentCtx
        if _is_rule(ctx, "State_stmt", "Comparison_variable_stmt", "Catcher_stmt", "template_binding"):
            path = f"/{json.loads(ctx.start.text)}{path}"
        elif parent is not None and _is_rule(parent, "_value_array", "Choices_decl", "Catch_decl"):
            siblings = [child for child in parent.children if isinstance(child, ParserRuleContext)]
            path = f"[{siblings.index(ctx)}]{path}"
        ctx = parent
    return path.removeprefix("/")


def _is_rule(ctx: Any, *names: str) -> bool:
    return any(name in type(ctx).__name__ for name in names)


@functools.lru_cache(maxsize=_DEFINITIONS_KEPT)
def parse_program(definition: str) -> Program:
    """Parse a definition that the module ``definition`` has rewritten for moto's grammar.

    Executions share one program, because components hold no state of an execution.

    Raises
    ------
    ASLParserException, ValueError
        If the definition is invalid.
    """
    listener = asl_parser.SyntaxErrorListener()
    parser = asl_parser.ASLParser(asl_parser.CommonTokenStream(asl_parser.ASLLexer(asl_parser.InputStream(definition))))
    parser.removeErrorListeners()
    parser.addErrorListener(listener)
    tree = parser.state_machine()
    if listener.errors:
        raise asl_parser.ASLParserException(errors=listener.errors)
    program: Program = ProgramBuilder().visit(tree)
    return program
