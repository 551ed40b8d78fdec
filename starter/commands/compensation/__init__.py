"""Commands about the key rate, and calculations by the law's rows."""
