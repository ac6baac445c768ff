"""IAM. It evaluates every call against the policies of the calling role."""
