"""Schemas of requests and responses: Pydantic models, one file per resource, never shared with tables."""
