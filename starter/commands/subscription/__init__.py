"""The commands about subscriptions: the catalogue, terms, usage, offers, higher limits."""
