"""Commands about what a person keeps for itself."""
