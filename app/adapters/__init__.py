"""What the ports mean in practice: database, clock, calendar, messengers."""
