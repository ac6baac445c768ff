"""Checks of a deployed stack: the stack itself, its roles, a canary execution, the HTTP API, schedules and alarms."""
