"""The firm's records as the forecast of its clients reads them: monthly, each thing as it was known at the time."""
