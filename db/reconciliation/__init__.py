"""The queries of the comparison with the acquirer's lists."""
