"""Programs of what we are compared with; the Python of another environment runs them."""
