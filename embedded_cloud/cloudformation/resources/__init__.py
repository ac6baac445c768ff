"""CloudFormation resource types, one module per service."""
