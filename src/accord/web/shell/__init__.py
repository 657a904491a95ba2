"""What every page shares: frame, lists, records, forms, palette, sign-in, health check."""
