"""The terminal's door: ``accord`` and its commands."""
