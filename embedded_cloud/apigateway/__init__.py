"""API Gateway's HTTP APIs: routes that are really served, signatures that are really checked."""
