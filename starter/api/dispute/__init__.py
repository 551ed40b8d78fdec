"""Disputes over HTTP: opened, read, written in, decided about."""

from starter.api.dispute import deciding, incident, reading, writing

ROUTERS = (writing.routes, deciding.routes, reading.routes, incident.routes)
