"""Delivery: projects, their plan, resources and baselines."""
