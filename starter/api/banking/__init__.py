"""The bank over HTTP: our accounts, payment runs and their orders, statements and their entries."""

from starter.api.banking import (
    allocation,
    decision,
    dissolution,
    entry,
    gathering,
    handing_over,
    known_payer,
    left_out,
    own_account,
    payment_run,
    rejection,
    returning,
    statement_file,
)

ROUTERS = (
    own_account.routes,
    gathering.routes,
    left_out.routes,
    payment_run.routes,
    handing_over.routes,
    dissolution.routes,
    rejection.routes,
    returning.routes,
    statement_file.routes,
    entry.routes,
    decision.routes,
    allocation.routes,
    known_payer.routes,
)
