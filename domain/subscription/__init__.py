"""Subscriptions: tariffs, terms, offers, higher limits."""
