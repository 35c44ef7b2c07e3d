"""The demonstration: a fresh service, a scenario with its expected decisions, and a report."""
