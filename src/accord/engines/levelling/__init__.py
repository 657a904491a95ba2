"""Levelling: starts at which nobody works more than there is of them."""
