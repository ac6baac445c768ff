"""Step Functions, built on moto's interpreter."""
