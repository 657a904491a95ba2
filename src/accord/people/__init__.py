"""The firm's own people: users and their roles, teams, persons and working time."""
