"""Disputes over HTTP: opened, read, written in, decided about."""

from starter.api.dispute import deciding, reading, writing

ROUTERS = (writing.routes, deciding.routes, reading.routes)
