"""Support tickets over HTTP: opened, read, written in, decided about."""

from starter.api.ticket import (
    canned,
    deciding,
    department,
    file,
    parked,
    reading,
    transcript,
    writing,
)

ROUTERS = (
    writing.routes,
    deciding.routes,
    reading.routes,
    canned.routes,
    department.routes,
    file.routes,
    parked.routes,
    transcript.routes,
)
