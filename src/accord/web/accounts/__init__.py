"""Pages of the client relationship."""
