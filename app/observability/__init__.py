"""Logs, metrics and the state of the service, for operations. None of them carries personal data."""
