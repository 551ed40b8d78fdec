"""What all kinds of cases store: the row, the history, the versions of the policies."""
