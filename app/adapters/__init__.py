"""Implementations of the ports: database, clock, calendar, messengers, file storage."""
