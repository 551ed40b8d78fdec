"""What a comparison with the acquirer's list reads of our side."""
