"""Stand-ins for what the application talks to, named by what they do."""
