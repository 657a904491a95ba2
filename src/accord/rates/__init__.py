"""What an hour costs, and what a currency is worth."""
