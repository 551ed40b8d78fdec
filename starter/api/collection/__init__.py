"""Unpaid orders over HTTP: read, answered by clients, decided about by staff."""

from starter.api.collection import deciding, reading

ROUTERS = (deciding.routes, reading.routes)
