"""What goes over the wire: pydantic models in and out, one file a resource, never shared with tables."""
