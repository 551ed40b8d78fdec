"""Commands about disputes."""
