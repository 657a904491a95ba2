"""Mailboxes, emails and calendars: what is written to clients and agreed with them, and by which server."""
