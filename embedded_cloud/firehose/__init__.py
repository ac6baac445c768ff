"""Firehose, delivering to S3 through the transformer."""
