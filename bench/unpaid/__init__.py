"""Measures unpaid orders, disputes and returns of goods: cases, a look for money, a dossier."""
