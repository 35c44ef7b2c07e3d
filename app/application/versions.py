"""The check of a version that the caller has seen (If-Match)."""

from collections.abc import Callable

VersionCheck = Callable[[int], None]
"""Raises PreconditionFailedError unless the caller has seen this version."""
