"""Command line of the sandbox: `python -m sandbox acquirer --port 8090`."""

import argparse
from datetime import timedelta

from sandbox.acquirer.server import AcquirerOptions, serve
from sandbox.acquirer.terms import KEY_LIFETIME


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    systems = parser.add_subparsers(dest="system", required=True)
    acquirer = systems.add_parser(
        "acquirer", help="an acquirer that speaks YooKassa v3 refunds, with faults on request"
    )
    acquirer.add_argument("--host", default="127.0.0.1", help="address to listen on")
    acquirer.add_argument("--port", type=int, required=True, help="0 takes any free port")
    acquirer.add_argument("--shop-id", default="100500", help="user name of Basic auth")
    acquirer.add_argument("--secret-key", default="test_sandbox", help="password of Basic auth")
    acquirer.add_argument(
        "--books", default=":memory:", help="SQLite file that outlives the process (else memory)"
    )
    acquirer.add_argument("--webhook-url", default=None, help="where refund.succeeded is posted")
    acquirer.add_argument(
        "--key-lifetime-seconds",
        type=int,
        default=int(KEY_LIFETIME.total_seconds()),
        help="how long an Idempotence-Key is remembered; a later repeat is a new refund",
    )
    return parser


def main() -> None:
    """Serve until SIGTERM or SIGINT; the first line on stdout is the address."""
    asked = _parser().parse_args()
    serve(
        AcquirerOptions(
            host=asked.host,
            port=asked.port,
            shop_id=asked.shop_id,
            secret_key=asked.secret_key,
            books=asked.books,
            webhook_url=asked.webhook_url,
            key_lifetime=timedelta(seconds=asked.key_lifetime_seconds),
        )
    )


if __name__ == "__main__":
    main()
