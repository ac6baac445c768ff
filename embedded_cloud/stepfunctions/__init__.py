"""Step Functions, over moto's interpreter."""
