"""The rows of unpaid orders' cases."""
