"""What parties of a park supply to each other, and its total counted once."""
