"""Rates, time, expenses and invoices."""
