"""Athena, running queries in DuckDB over the emulated S3."""
