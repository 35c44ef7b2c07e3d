"""Ports: the interfaces of database, messenger and blob store that the use cases need."""
