"""Migrate."""
