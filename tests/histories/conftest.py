"""The fixtures of the running service."""

from tests.e2e.conftest import fresh, nursery

__all__ = ["fresh", "nursery"]
