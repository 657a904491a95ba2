"""Questions about all clients at once, answered from the rows of the newest run."""
