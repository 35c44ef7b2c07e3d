"""Contents of attachments: their storage in a folder, and the check of what a file contains."""
