"""The live page of a served cloud: running executions, their growing reports, and a form that starts an execution."""
