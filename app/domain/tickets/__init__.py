"""Tickets: the record, its life cycle, history, clocks, messages and place in the queue."""
