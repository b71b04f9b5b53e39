"""The machine under medassist: folders, keys, the embedded PostgreSQL, processes. Knows no Django."""
