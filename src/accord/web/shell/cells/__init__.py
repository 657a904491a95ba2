"""Cells and rows that pages of several apps show."""
