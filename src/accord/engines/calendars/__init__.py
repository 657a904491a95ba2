"""Working time, its exceptions, what repeats, and counting days."""
