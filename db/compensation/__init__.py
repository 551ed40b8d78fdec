"""The queries of the law's rows and of the key rate."""
