"""What API and pages show of a subscription."""
