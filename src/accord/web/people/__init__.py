"""Pages of the firm's own people."""
