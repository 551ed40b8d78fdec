"""What all kinds of cases share: decisions, transitions, waits and their policies."""
