"""The real service as processes on real database files."""
