"""Firehose. It delivers records to S3 through a Lambda transformer."""
