"""Amazon S3, where moto differs from it."""
