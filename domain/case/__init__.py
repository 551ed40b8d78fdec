"""What every kind of case shares: waits and their policies."""
