"""Attachments: files of customers, and the file types that the desk accepts (4.4)."""
