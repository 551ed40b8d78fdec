"""The commands about messages and letters, and about where letters go."""
