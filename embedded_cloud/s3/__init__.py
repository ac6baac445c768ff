"""S3. It corrects moto where moto differs from AWS."""
