"""Clients, invoices and payments over HTTP."""
