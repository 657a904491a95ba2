"""The account plan, playbooks and surveys: what makes a client stay."""
