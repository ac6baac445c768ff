"""Athena. It runs queries in DuckDB over the objects in the emulated S3."""
