"""Histories of concurrent clients, recorded under faults and compared with a model of ticket states."""
