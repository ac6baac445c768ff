"""EventBridge Scheduler. Its schedules fire by hand."""
