"""The live page of a served cloud: executions as they run, their reports filling in, a form that starts one."""
