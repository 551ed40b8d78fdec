"""The steps of delivery."""
