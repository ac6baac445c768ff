"""``npm run test:trino``: the SQL on Trino, the engine that Athena is built from, beside the embedded Athena."""
