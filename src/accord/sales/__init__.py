"""Opportunities, quotes, negotiation, the service catalogue, agreements and their renewals."""
