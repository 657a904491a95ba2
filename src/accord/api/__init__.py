"""The machines' door: one router per room, over the same actions and queries as the pages."""
