"""Accord: where the account and the project agree."""

__version__ = "0.1.0"
