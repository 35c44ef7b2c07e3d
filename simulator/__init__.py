"""Messengers on loopback: what the desk talks to in tests and demonstrations, in place of real ones."""
