"""Electronic invoices by EN 16931: one document, two syntaxes, totals, rules and the PDF that carries the XML."""
