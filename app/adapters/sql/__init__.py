"""Storage in a relational database: one schema and one set of repositories for both engines."""
