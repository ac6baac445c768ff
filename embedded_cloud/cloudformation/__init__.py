"""CloudFormation and the resource types that it supports."""
