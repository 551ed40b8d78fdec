"""Bank statements over HTTP: files, their entries, and what a person decides about one."""

from starter.api.bank_statement import allocation, decision, entry, file

ROUTERS = (file.routes, entry.routes, decision.routes, allocation.routes)
