"""Rows to values of the domain and back, one file a subject; the only place that knows both."""
