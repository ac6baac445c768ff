"""IAM: every call is evaluated against the policies of the role that makes it."""
