"""The demonstration: a fresh service, a scenario with its expected outcomes, and what was decided."""
