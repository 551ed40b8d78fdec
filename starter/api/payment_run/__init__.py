"""Payment runs over HTTP: gathering, reading, handing over, and what the bank refuses of them."""

from starter.api.payment_run import (
    dissolution,
    gathering,
    handing_over,
    left_out,
    reading,
    rejection,
    returning,
)

ROUTERS = (
    gathering.routes,
    left_out.routes,
    reading.routes,
    handing_over.routes,
    dissolution.routes,
    rejection.routes,
    returning.routes,
)
