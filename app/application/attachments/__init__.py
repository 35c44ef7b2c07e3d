"""Attachments: uploads, downloads from messengers, and the sweep of orphaned blobs."""
