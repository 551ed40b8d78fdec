"""What API and pages show of a renewal."""
