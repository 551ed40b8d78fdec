"""The commands of the billing system: clients, invoices and payments."""
