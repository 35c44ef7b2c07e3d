"""Administration: API keys, staff, overrides of the calendar, and the purge of old rows."""
