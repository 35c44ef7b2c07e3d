"""Measurements; each ends by itself and stays on loopback."""
