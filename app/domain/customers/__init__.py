"""Customers: the record that the CRM keeps in step, and the ledger of staff minutes."""
