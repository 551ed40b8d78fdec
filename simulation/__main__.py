"""`python -m simulation`: brings clients, invoices, payments and subscriptions into the stack of
`make up`.
"""

import sys
from datetime import UTC, datetime

from domain.calendar.bank_calendar import moscow_date
from simulation.api_client import Request
from simulation.dataset import DataSet, data_set
from simulation.expectation import Unexpected
from simulation.loading import load
from simulation.people import BILLING, Cast
from simulation.sandboxes import Acquirer
from simulation.subscriptions import SUBSCRIPTIONS, load_subscriptions
from stack.data_dirs import running_environment
from stack.errors import StackError
from stack.folders import STATE_FOLDER

FOUND = 200


def main() -> int:
    """The exit code: 0, or 1 with one line that says what is wrong."""
    try:
        sys.stdout.write(f"{bring(data_set(moscow_date(datetime.now(UTC))))}\n")
    except (StackError, Unexpected) as error:
        sys.stderr.write(f"simulation: {error}\n")
        return 1
    return 0


def bring(data: DataSet) -> str:
    """Loads the data once; gives what was done, and whose address a person may log in by."""
    environment = running_environment(STATE_FOLDER)
    url, key = environment["KOPEYKA_PUBLIC_URL"], environment["KOPEYKA_DEVELOPMENT_KEY"]
    with Cast(url, key) as cast:
        known = Request("GET", f"/v1/clients/{data.clients[0].id}")
        if cast.wait(cast.api.send(BILLING, known)).status_code == FOUND:
            done = "The data are there already."
        else:
            acquirer = cast.enter(Acquirer(environment["KOPEYKA_ACQUIRER_URL"]))
            done = cast.wait(load(cast.api, acquirer, data))
            cast.wait(load_subscriptions(cast.api, data.today))
            done = f"{done}; {len(SUBSCRIPTIONS)} subscriptions"
    people = "\n".join(f"  {client.email:<28} {client.name}" for client in data.clients)
    return f"{done}\nLog in at {environment['KOPEYKA_CABINET_URL']} as\n{people}"


if __name__ == "__main__":
    sys.exit(main())
