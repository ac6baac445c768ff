"""All checks of a deployed stack, in an order that lets the slow ones run beside the others."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from finance_stream.client.deployment import Deployment
from finance_stream.client.execution import ExecutionEnd, follow, read_end
from finance_stream.client.verify.api import ApiCaller, Record, check_requests
from finance_stream.client.verify.canary import Canary, Stored
from finance_stream.client.verify.checks import (
    ARCHITECTURE,
    COST,
    DEPLOY,
    HTTP_API,
    MAX_TEXT_CHARACTERS,
    OPERATIONS,
    PERMISSIONS,
    QUERY,
    Check,
    attempt,
    check_differences,
    compare,
)
from finance_stream.client.verify.lake import check_objects, check_rows
from finance_stream.client.verify.monitoring import check_alarms, check_schedules
from finance_stream.client.verify.roles import check_roles
from finance_stream.client.verify.stack import StackChecker
from finance_stream.client.watch import watch
from finance_stream.executions import TERMINAL, start
from finance_stream.progress import MAP_STATE, read_progress

# The canary may query twice. Its functions and its queries take the rest.
QUERIES, WORK_SECONDS = 2, 120
# A collector ends by then, even if its execution was stopped: the function's timeout.
COLLECTOR_SECONDS = 50
# More than a canary costs: each of two queries is billed for 10 MB, and Step Functions for some fifteen transitions.
MAX_DOLLARS = 0.01

REMOVAL = "canary's removal"


class _CanaryTooSlowError(Exception):
    """A canary that has not ended in time."""


@dataclass
class Verification:
    """The checks of one deployment. ``checks`` are those so far."""

    deployment: Deployment
    stack: StackChecker
    canary: Canary
    account: str
    console: Console
    record: Record
    checks: list[Check] = field(default_factory=list)

    def run(self) -> list[Check]:
        """Run all checks. The canary's objects are removed also if a check fails, or on Ctrl-C."""
        detection = attempt_start(self.stack, self.checks)
        self.canary.look_before()
        try:
            self._check_api()
            self._note("Comparing the stack with the package.")
            self.checks += self.stack.check()
            self.checks += attempt("schedules", DEPLOY, lambda: check_schedules(self.stack))
            self.checks += attempt("alarms", OPERATIONS, lambda: check_alarms(self.stack))
            self._note("Asking IAM for the decisions on the roles' actions.")
            names = self.stack.physical_ids
            self.checks += attempt("roles", PERMISSIONS, lambda: check_roles(self.deployment, names, self.account))
            self._check_canary()
        finally:
            self._remove_canary()
        if detection:
            self._note("Waiting for CloudFormation's drift detection.")
            self.checks += attempt("drift", DEPLOY, lambda: self.stack.check_drift(detection))
        return self.checks

    def _note(self, text: str) -> None:
        self.console.print(text)

    def _check_api(self) -> None:
        """Check the API, and start the canary through it, or through Step Functions if the API can't."""
        caller = ApiCaller(self.deployment.session, self.deployment.outputs["ApiUrl"], self.record)
        canary = self.canary
        self._note(f"Canary {canary.name}: {canary.ticker} of {canary.day} into {canary.folder}")
        self.checks += attempt(
            "HTTP API", HTTP_API, lambda: check_requests(caller, canary.execution_input, canary.name)
        )
        if canary.describe() is None:
            self.checks += attempt("canary", OPERATIONS, self._start_without_api)

    def _start_without_api(self) -> Iterable[Check]:
        canary, states = self.canary, self.deployment.step_functions
        start(states, self.deployment.state_machine_arn, canary.execution_input, canary.name)
        return ()

    def _check_canary(self) -> None:
        """Check the canary's end, its objects, their rows and its cost, as far as it came."""
        if self.canary.describe() is None:
            return
        ends: list[ExecutionEnd | None] = []
        found: list[Stored] = []

        def check_end() -> Iterator[Check]:
            ends.append(self._await_end())
            yield _describe_end(ends[0])

        def check_lake() -> Iterator[Check]:
            found.extend(self.canary.read_new())
            yield from check_objects(self.canary, found, self._read_collected(), self.record)

        self.checks += attempt("canary", OPERATIONS, check_end)
        self.checks += attempt("object", ARCHITECTURE, check_lake)
        self.checks += attempt("rows of Athena", QUERY, lambda: check_rows(self.canary, found, self.record))
        for end in ends:
            if end is not None and end.output and "cost" in end.output:
                self.canary.results.append(end.output["query"]["result"])
                self.checks.append(_check_cost(end, self.canary.query_dollars))

    def _await_end(self) -> ExecutionEnd | None:
        """Watch the canary, and return its end, or None if it takes longer than two of its waits."""
        arn, states = self.canary.arn, self.deployment.step_functions
        ends = time.monotonic() + QUERIES * self.canary.stream.delivery_seconds + WORK_SECONDS

        def pause() -> None:
            if time.monotonic() > ends:
                raise _CanaryTooSlowError
            self.deployment.pause(arn)

        try:
            watch(self.console, follow(states, arn, pause))
        except _CanaryTooSlowError:
            return None
        return read_end(states, arn)

    def _read_collected(self) -> int | None:
        """Return the number of bars that the canary has put on the stream, or None while it is collecting."""
        progress = read_progress(self.deployment.step_functions, self.canary.arn, "RUNNING")
        if any(name == MAP_STATE for name, _ in progress.states):
            return progress.bars_collected
        return 0

    def _remove_canary(self) -> None:
        """Remove the canary's objects, after the stream has delivered them."""

        def remove() -> Iterator[Check]:
            if (described := self.canary.describe()) is None:
                yield compare(REMOVAL, "nothing left", "nothing left", DEPLOY)
                return
            more = 0 if described["status"] in TERMINAL else COLLECTOR_SECONDS
            seconds = self.canary.stream.delivery_seconds + more
            kept = self.canary.remove(self._read_collected(), seconds, self._note)
            yield check_differences(REMOVAL, "nothing left", kept, DEPLOY)

        self.checks += attempt(REMOVAL, DEPLOY, remove)

    def find_removal(self) -> Check | None:
        """Return the check of the canary's removal, if the removal has ended."""
        return next((check for check in self.checks if check.name == REMOVAL), None)


def attempt_start(stack: StackChecker, checks: list[Check]) -> str | None:
    """Start the drift detection. Add a failed check and return None if CloudFormation refuses it."""
    try:
        return stack.start_drift_detection()
    except (ClientError, BotoCoreError) as error:
        checks.append(Check("drift", "none", str(error)[:MAX_TEXT_CHARACTERS], False, DEPLOY))
        return None


def _describe_end(end: ExecutionEnd | None) -> Check:
    if end is None:
        return compare("canary", "SUCCEEDED", "still running after two queries", OPERATIONS)
    if not end.succeeded or end.output is None:
        return compare("canary", "SUCCEEDED", end.reason[:MAX_TEXT_CHARACTERS], OPERATIONS)
    bars = end.output.get("bars")
    if bars is None:
        return compare("canary", "SUCCEEDED with bars", f"SUCCEEDED: {end.output.get('status')}", OPERATIONS)
    return compare(
        "canary",
        f"SUCCEEDED, {bars['collected']} bars delivered",
        f"{end.status}, {bars['delivered']} bars delivered",
        OPERATIONS,
    )


def _check_cost(end: ExecutionEnd, query_dollars: float) -> Check:
    """Return the check of the cost: the execution's, estimated from its measured sizes, and the query over its bars."""
    dollars = (end.output or {})["cost"]["dollars"] + query_dollars
    return Check("cost of the canary", f"less than ${MAX_DOLLARS}", f"${dollars:.6f}", dollars < MAX_DOLLARS, COST)
