"""The firm's own figures, and the pages behind every number."""
