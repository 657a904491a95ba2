"""The client relationship: accounts, contacts, interactions, opportunities, agreements."""
