"""Pages of time, invoices and rates."""
