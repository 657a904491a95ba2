"""What a currency is worth."""
