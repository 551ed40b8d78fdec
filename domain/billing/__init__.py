"""What is sold and paid: invoices, payers, requisites."""
