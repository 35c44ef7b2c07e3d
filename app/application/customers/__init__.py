"""Customers: the CRM's record, the ledger of minutes, and working chats."""
