"""Bank days and Moscow's clock."""
