"""The tables, their types, and the mapping of rows to values of the domain."""
