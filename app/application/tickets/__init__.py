"""Tickets: submissions, decisions, transitions, messages and recorded time."""
