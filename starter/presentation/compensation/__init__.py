"""What people read of calculations by the law, and of the key rate."""
