"""EventBridge. It refuses rules, since none would fire."""
