"""``npm run test:trino``: the SQL on Trino, the engine that Athena is built on, compared with the embedded Athena."""
