"""Clients of everything outside: acquirer, bank files, mail, documents, scans."""
