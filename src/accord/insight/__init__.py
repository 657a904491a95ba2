"""Figures about clients and projects together: lifetime value, churn, earned value over time."""
