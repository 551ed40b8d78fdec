"""Commands about returns of goods."""
