"""Purchases, retention, lifetime value, satisfaction and terms of agreements."""
