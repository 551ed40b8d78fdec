"""What every kind of case keeps: its row, its history, the versions of the policies."""
