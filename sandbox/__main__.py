"""Command line of the sandbox: `python -m sandbox acquirer --port 8090`, `bank`, …"""

import argparse
from datetime import timedelta

from sandbox.acquirer import server as acquirer
from sandbox.acquirer.terms import KEY_LIFETIME
from sandbox.bank import server as bank
from sandbox.identity import server as identity
from sandbox.scanner import server as scanner
from sandbox.telegram import server as telegram


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    systems = parser.add_subparsers(dest="system", required=True)
    one = systems.add_parser(
        "acquirer",
        help="an acquirer that speaks YooKassa v3, with faults on request",
    )
    one.add_argument("--host", default="127.0.0.1", help="address to listen on")
    one.add_argument("--port", type=int, required=True, help="0 takes any free port")
    one.add_argument("--shop-id", default="100500", help="user name of Basic auth")
    one.add_argument("--secret-key", default="test_sandbox", help="password of Basic auth")
    one.add_argument(
        "--books", default=":memory:", help="SQLite file that outlives the process (else memory)"
    )
    one.add_argument("--webhook-url", default=None, help="where refunds and payments are told")
    one.add_argument(
        "--page-url", default=None, help="where browsers reach the payment page, if not here"
    )
    one.add_argument(
        "--key-lifetime-seconds",
        type=int,
        default=int(KEY_LIFETIME.total_seconds()),
        help="how long an Idempotence-Key is remembered; a later repeat is a new refund",
    )
    one.set_defaults(serve=_serve_acquirer)
    two = systems.add_parser(
        "bank", help="a bank that executes 1CClientBankExchange orders, with faults on request"
    )
    two.add_argument("--host", default="127.0.0.1", help="address to listen on")
    two.add_argument("--port", type=int, required=True, help="0 takes any free port")
    two.add_argument(
        "--books", default=":memory:", help="SQLite file that outlives the process (else memory)"
    )
    two.set_defaults(serve=_serve_bank)
    three = systems.add_parser("identity", help="an OpenID issuer where one picks who one is")
    three.add_argument("--host", default="127.0.0.1", help="address to listen on")
    three.add_argument("--port", type=int, required=True, help="0 takes any free port")
    three.add_argument("--client-id", default="cabinet", help="the site's id here")
    three.add_argument("--client-secret", default="test_sandbox", help="its secret")
    three.add_argument("--redirect-uri", required=True, help="the only address codes are sent to")
    three.add_argument("--url", default=None, help="the issuer's name, if browsers come elsewhere")
    three.add_argument("--inner-url", default=None, help="where the site itself asks for tokens")
    three.set_defaults(serve=_serve_identity)
    four = systems.add_parser(
        "telegram", help="Telegram's Bot API for one bot, whose accounts one plays oneself"
    )
    four.add_argument("--host", default="127.0.0.1", help="address to listen on")
    four.add_argument("--port", type=int, required=True, help="0 takes any free port")
    four.add_argument("--token", default="777000001:sandbox", help="the bot's token")
    four.add_argument("--username", default="kopeyka_support_bot", help="the bot's name")
    four.set_defaults(serve=_serve_telegram)
    five = systems.add_parser(
        "scanner", help="a scanner of files that speaks clamd's protocol, with faults on request"
    )
    five.add_argument("--host", default="127.0.0.1", help="address to listen on")
    five.add_argument("--port", type=int, required=True, help="clamd's; 0 takes any free port")
    five.add_argument("--control-port", type=int, default=0, help="of faults, by HTTP")
    five.set_defaults(serve=_serve_scanner)
    return parser


def main() -> None:
    """Serves until SIGTERM or SIGINT; the first line on stdout is the address."""
    asked = _parser().parse_args()
    asked.serve(asked)


def _serve_identity(asked: argparse.Namespace) -> None:
    identity.serve(
        identity.IdentityOptions(
            host=asked.host,
            port=asked.port,
            client_id=asked.client_id,
            client_secret=asked.client_secret,
            redirect_uri=asked.redirect_uri,
            url=asked.url,
            inner_url=asked.inner_url,
        )
    )


def _serve_scanner(asked: argparse.Namespace) -> None:
    scanner.serve(scanner.ScannerOptions(asked.host, asked.port, asked.control_port))


def _serve_telegram(asked: argparse.Namespace) -> None:
    telegram.serve(
        telegram.TelegramOptions(
            host=asked.host, port=asked.port, token=asked.token, username=asked.username
        )
    )


def _serve_bank(asked: argparse.Namespace) -> None:
    bank.serve(bank.BankOptions(host=asked.host, port=asked.port, books=asked.books))


def _serve_acquirer(asked: argparse.Namespace) -> None:
    acquirer.serve(
        acquirer.AcquirerOptions(
            host=asked.host,
            port=asked.port,
            shop_id=asked.shop_id,
            secret_key=asked.secret_key,
            books=asked.books,
            webhook_url=asked.webhook_url,
            key_lifetime=timedelta(seconds=asked.key_lifetime_seconds),
            page_url=asked.page_url,
        )
    )


if __name__ == "__main__":
    main()
