"""Commands about unpaid orders."""
