"""Clients of everything external: acquirer, bank files, mail, documents, scans."""
