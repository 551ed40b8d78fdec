"""Files as a caller sees them."""
