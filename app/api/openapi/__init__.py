"""The OpenAPI document, built from the declared operations, and the pages that show it."""
