"""The relay as a program: its jobs, its locks, its deaths."""
