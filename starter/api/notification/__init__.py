"""Inboxes and deliveries over HTTP."""
