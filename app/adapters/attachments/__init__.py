"""Where the contents of attachments lie, and what they are."""
