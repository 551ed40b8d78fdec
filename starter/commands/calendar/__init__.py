"""The commands about the bank calendar."""
