"""Support tickets over HTTP: opened, read, written in, decided about."""

from starter.api.ticket import canned, deciding, file, reading, transcript, writing

ROUTERS = (
    writing.routes,
    deciding.routes,
    reading.routes,
    canned.routes,
    file.routes,
    transcript.routes,
)
