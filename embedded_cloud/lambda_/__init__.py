"""Lambda. Each function runs its own code in its own processes."""
