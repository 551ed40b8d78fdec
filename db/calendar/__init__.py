"""The queries of the bank calendar."""
