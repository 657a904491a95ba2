"""The ground floor: fields, the base record, permission and event machinery. No business lives here."""
