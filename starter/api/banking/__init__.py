"""Bank statements over HTTP: files, their entries, and what a person decides about one."""

from starter.api.banking import allocation, decision, entry
from starter.api.banking import statement_file as file

ROUTERS = (file.routes, entry.routes, decision.routes, allocation.routes)
