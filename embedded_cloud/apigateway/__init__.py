"""API Gateway's HTTP APIs, with real HTTP routes and signature checks."""
