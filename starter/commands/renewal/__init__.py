"""The commands about renewals: orders, and claims of payments."""
