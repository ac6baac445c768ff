"""EventBridge Scheduler, firing by hand."""
