"""The operations, one file a subject: each calls one use case and renders its result."""
