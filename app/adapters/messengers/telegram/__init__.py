"""Telegram: the messenger by the Bot API, its updates, outcomes, polling and setup."""
