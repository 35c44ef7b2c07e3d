"""One suite for every adapter of a port, and for its fake."""
