"""Clients' requests, service levels, escalation, topics, and what is asked for inside the firm on a client's behalf."""
