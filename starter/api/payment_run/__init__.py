"""Payment runs over HTTP: creating, reading, submitting, and the bank's rejections."""

from starter.api.payment_run import (
    create as gathering,
)
from starter.api.payment_run import (
    dissolution,
    left_out,
    reading,
    rejection,
    returning,
)
from starter.api.payment_run import (
    submit as handing_over,
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
