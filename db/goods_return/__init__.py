"""Returns of goods: cases, what people hand in for them, and the pieces that they keep."""
