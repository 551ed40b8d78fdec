"""What a caller may see of things, the same through every door."""
