"""Connections and dialects of SQLite and PostgreSQL."""
