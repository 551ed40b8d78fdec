"""The tables and queries of clients, invoices and payments."""
