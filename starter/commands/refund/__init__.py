"""The commands about a refund, in the order of its process."""
