"""What is shown of cases of every kind."""
