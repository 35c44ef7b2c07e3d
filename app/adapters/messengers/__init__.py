"""The messengers of clause 4.1, each behind the same port."""
