"""Estimates, risks and simulation: when a plan finishes, and how sure that is."""
