"""Wording: the texts of reasons, notices, names and automatic messages in Russian and English."""
