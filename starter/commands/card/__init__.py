"""What the acquirer has done with payments by card and refunds."""
