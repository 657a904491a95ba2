"""The staff's door: pages. Views live above the rooms, so one page can show a client's projects, money and health."""
