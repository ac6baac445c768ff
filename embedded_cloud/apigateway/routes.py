"""Selection of a request's route in an HTTP API.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

DEFAULT_ROUTE = "$default"
_VARIABLE = re.compile(r"\\\{([^{}]+?)(\\\+)?\\\}")


@dataclass(frozen=True)
class Match:
    """A route and the values of its path variables."""

    route: Any
    path_parameters: dict[str, str]


def match(routes: Iterable[Any], method: str, path: str) -> Match | None:
    """Return the route that AWS selects, or None.

    The order is: the most specific path, a method before ANY, greedy paths later, $default last.
    """
    found = [(_rank(route), one) for route in routes if (one := _match(route, method, path))]
    return min(found, key=lambda ranked: ranked[0])[1] if found else None


def get_route_path(route: Any) -> str:
    """Return the path of a route's key, with its variables in braces."""
    return str(route.route_key.partition(" ")[2])


def _match(route: Any, method: str, path: str) -> Match | None:
    if route.route_key == DEFAULT_ROUTE:
        return Match(route, {})
    asked, _, template = route.route_key.partition(" ")
    if asked not in (method, "ANY"):
        return None
    pattern = _VARIABLE.sub(_build_group, re.escape(template))
    matched = re.fullmatch(pattern, path)
    if matched is None:
        return None
    names = [name for name, _ in _VARIABLE.findall(re.escape(template))]
    values = (unquote(value) for value in matched.groups())
    return Match(route, dict(zip((name.replace("\\", "") for name in names), values, strict=True)))


def _build_group(variable: re.Match[str]) -> str:
    return "(.+)" if variable[2] else "([^/]+)"


def _rank(route: Any) -> tuple[bool, bool, int, bool]:
    template = get_route_path(route)
    return (
        route.route_key == DEFAULT_ROUTE,
        "+}" in template,
        template.count("{"),
        route.route_key.startswith("ANY "),
    )
