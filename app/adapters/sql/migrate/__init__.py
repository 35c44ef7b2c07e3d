"""Migrations: they bring a database to the current schema."""
