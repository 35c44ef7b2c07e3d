"""The stores of SQLite and PostgreSQL: they run functions of a unit of work as transactions."""
