"""Planned value, earned value and earned schedule."""
