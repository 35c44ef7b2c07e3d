"""Regulation."""
