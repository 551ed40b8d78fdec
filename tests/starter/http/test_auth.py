"""Who is calling: tokens of the development key and of an issuer, and all that is not one."""

import asyncio
import hmac
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, RSAAlgorithm
from jwt.utils import base64url_encode

from domain.access.roles import Role
from environment import SettingMissing
from starter.api.http.auth import Authentication, Caller
from starter.api.http.problems import Problem, problem_of
from starter.caller import MAX_LOGIN_LENGTH
from starter.commands.refusal import Refusal
from starter.http import issuer_keys
from starter.http.issuer_keys import KEYS_BURST
from tests.product_settings import settings_of
from tests.starter.caller import DEVELOPMENT_KEY, settings

ISSUER = "https://id.kopeyka.example"
AUDIENCE = "kopeyka"
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
ROTATED = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
URL = "postgresql://127.0.0.1:9/nothing"


def claims(**changes: Any) -> dict[str, Any]:
    """A specialist's claims, good for a minute; a change to None takes a claim away."""
    whole = {
        "sub": "olga",
        "role": "specialist",
        "exp": int(time.time()) + 60,
        "iss": ISSUER,
        "aud": AUDIENCE,
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def development(**changes: Any) -> str:
    return jwt.encode(claims(**changes), DEVELOPMENT_KEY, "HS256")


def issued(key: PrivateKeyTypes = RSA_KEY, kid: str | None = "rsa", **changes: Any) -> str:
    algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims(**changes), key, algorithm, headers=headers)  # type: ignore[arg-type]


class Issuer:
    """A real server of keys that counts how often it is asked, and can be told to fail."""

    def __init__(self) -> None:
        self.asked = 0
        self.status = 200
        self.pause_seconds = 0.0
        self.is_asked = Event()
        self.may_answer = Event()
        self.may_answer.set()
        self.body = b""
        self.url = ""
        self.publish(jwk(RSA_KEY, kid="rsa", use="sig"), jwk(EC_KEY, kid="ec", use="sig"))

    def publish(self, *keys: dict[str, Any]) -> None:
        """From now on these are its keys."""
        self.body = json.dumps({"keys": keys}).encode()

    @contextmanager
    def held(self) -> Iterator[None]:
        """It hears whoever asks, and answers at the end of the block."""
        self.is_asked.clear()
        self.may_answer.clear()
        yield
        self.may_answer.set()


def jwk(key: PrivateKeyTypes, **more: str) -> dict[str, Any]:
    """A public key as issuers publish it."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {**ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "ES256", **more}
    assert isinstance(key, rsa.RSAPrivateKey)
    return {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "alg": "RS256", **more}


@contextmanager
def serving(issuer: Issuer) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            issuer.is_asked.set()
            issuer.may_answer.wait()
            self.send_response(issuer.status)
            self.end_headers()
            with suppress(ConnectionError):
                for piece in _pieces(issuer):
                    self.wfile.write(piece)
                    time.sleep(issuer.pause_seconds)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}/keys"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


def _pieces(issuer: Issuer) -> Iterator[bytes]:
    """The answer as it comes: a byte at a time where there are pauses."""
    if not issuer.pause_seconds:
        yield issuer.body
        return
    for place in range(len(issuer.body)):
        yield issuer.body[place : place + 1]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    with serving(issuer):
        yield issuer


def trusting(issuer: Issuer, **more: str) -> Authentication:
    environment = {
        "KOPEYKA_JWT_JWKS_URL": issuer.url,
        "KOPEYKA_JWT_ISSUER": ISSUER,
        "KOPEYKA_JWT_AUDIENCE": AUDIENCE,
    }
    return Authentication(settings(URL, **environment, **more))


async def who(authentication: Authentication, token: str) -> Caller:
    return await authentication.caller(f"Bearer {token}")


async def refused(authentication: Authentication, authorization: str | None) -> Problem:
    with pytest.raises((Problem, Refusal)) as caught:
        await authentication.caller(authorization)
    return problem_of(caught.value)


@pytest.mark.parametrize(
    ("changes", "caller"),
    [
        ({}, Caller("olga", Role.SPECIALIST)),
        ({"role": "operator"}, Caller("olga", Role.OPERATOR)),
        ({"role": "client", "client_id": "c-1"}, Caller("olga", Role.CLIENT, "c-1")),
        ({"client_id": "c-1"}, Caller("olga", Role.SPECIALIST)),
        ({"sub": "ольга"}, Caller("ольга", Role.SPECIALIST)),
    ],
)
async def test_a_token_says_who_calls(changes: dict[str, Any], caller: Caller) -> None:
    assert await who(Authentication(settings(URL)), development(**changes)) == caller


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "system"},
        {"sub": "a b"},
        {"sub": "a\x00b"},
        {"sub": "a\ud800"},
        {"sub": "\udfff"},
        {"role": "client", "client_id": "\ud800"},
        {"role": "\ud800"},
        {"sub": "x" * (MAX_LOGIN_LENGTH + 1)},
        {"role": None},
        {"role": "bank"},
        {"role": "director"},
        {"role": "client"},
        {"role": "client", "client_id": "../1"},
        {"role": "client", "client_id": 7},
        {"nbf": int(time.time()) + 3600},
    ],
)
async def test_doubtful_claims_are_nobody(changes: dict[str, Any]) -> None:
    problem = await refused(Authentication(settings(URL)), f"Bearer {development(**changes)}")
    assert (problem.http_status, problem.code) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic b2xnYTpzZWNyZXQ=",
        "Bearer not.a.token",
        "Bearer " + "x" * 10_000,
        "Bearer ключ",
        f"Bearer {jwt.encode(claims(), '', 'none')}",
        f"Bearer {jwt.encode(claims(), 'x' * 32, 'HS256')}",
        f"Bearer {jwt.encode(claims(), DEVELOPMENT_KEY * 2, 'HS512')}",
        f"Bearer {issued()}",
    ],
)
async def test_what_is_not_our_token_is_nobody(authorization: str | None) -> None:
    problem = await refused(Authentication(settings(URL)), authorization)
    assert (problem.http_status, problem.code) == (401, "unauthenticated")


@pytest.mark.parametrize(("key", "kid"), [(RSA_KEY, "rsa"), (EC_KEY, "ec")])
async def test_an_issuers_token_is_believed_by_its_published_key(
    issuer: Issuer, key: PrivateKeyTypes, kid: str
) -> None:
    authentication = trusting(issuer)
    for _ in range(3):
        assert (await who(authentication, issued(key, kid))).login == "olga"
    assert issuer.asked == 1


@pytest.mark.parametrize(
    "token",
    [
        issued(STRANGER),
        issued(kid="other"),
        issued(kid=None),
        issued(iss="https://elsewhere.example"),
        issued(iss=None),
        issued(aud="another product"),
        issued(aud=None),
        issued(exp=int(time.time()) - 3600),
        issued(EC_KEY, "rsa"),
    ],
)
async def test_a_token_that_the_issuer_did_not_give_us_is_nobody(
    issuer: Issuer, token: str
) -> None:
    problem = await refused(trusting(issuer), f"Bearer {token}")
    assert (problem.http_status, problem.code) == (401, "unauthenticated")


async def test_a_public_key_is_no_secret_to_sign_with(issuer: Issuer) -> None:
    parts = ({"alg": "HS256", "kid": "rsa"}, claims())
    signed = b".".join(base64url_encode(json.dumps(part).encode()) for part in parts)
    for secret in (
        issuer.body,
        RSA_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1),
    ):
        signature = base64url_encode(hmac.digest(secret, signed, "sha256"))
        forged = (signed + b"." + signature).decode()
        assert (await refused(trusting(issuer), f"Bearer {forged}")).http_status == 401


async def test_unknown_keys_do_not_make_us_ask_the_issuer_all_the_time(issuer: Issuer) -> None:
    authentication = trusting(issuer)
    found = [
        await refused(authentication, f"Bearer {issued(kid=str(number))}") for number in range(20)
    ]
    assert issuer.asked == KEYS_BURST
    assert [one.http_status for one in found] == [401] * KEYS_BURST + [503] * (20 - KEYS_BURST)
    assert (await who(authentication, issued())).login == "olga"


async def test_one_unknown_key_is_asked_for_once_in_a_pause(issuer: Issuer) -> None:
    authentication = trusting(issuer)
    await who(authentication, issued())
    for _ in range(20):
        assert (await refused(authentication, f"Bearer {issued(kid='x')}")).http_status == 401
    assert issuer.asked == 2


async def test_a_key_that_the_issuer_has_changed_is_found_right_after_a_forged_name(
    issuer: Issuer,
) -> None:
    authentication = trusting(issuer)
    await who(authentication, issued())
    await refused(authentication, f"Bearer {issued(kid='forged')}")
    issuer.publish(jwk(ROTATED, kid="rotated"))
    assert (await who(authentication, issued(ROTATED, "rotated"))).login == "olga"
    assert (await refused(authentication, f"Bearer {issued()}")).http_status == 401


@pytest.mark.parametrize("kid", [None, "of the token only"])
async def test_a_key_without_a_name_is_tried(issuer: Issuer, kid: str | None) -> None:
    issuer.publish(jwk(EC_KEY), jwk(STRANGER), jwk(RSA_KEY), jwk(EC_KEY, kid="rsa"))
    authentication = trusting(issuer)
    for key in (RSA_KEY, EC_KEY, STRANGER):
        assert (await who(authentication, issued(key, kid))).login == "olga"
    assert issuer.asked == 1
    assert (await refused(authentication, f"Bearer {issued(ROTATED, kid)}")).http_status == 401
    issuer.publish(jwk(ROTATED))
    assert (await who(authentication, issued(ROTATED, None))).login == "olga"


async def test_a_name_tells_which_key(issuer: Issuer) -> None:
    issuer.publish(jwk(RSA_KEY), jwk(STRANGER, kid="rsa"))
    problem = await refused(trusting(issuer), f"Bearer {issued(RSA_KEY, 'rsa')}")
    assert problem.http_status == 401


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        ({"use": "enc"}, False),
        ({"use": "sig"}, True),
        ({"use": None}, False),
        ({"key_ops": ["encrypt", "wrapKey"]}, False),
        ({"key_ops": ["verify"]}, True),
        ({"use": "enc", "key_ops": ["verify"]}, False),
        ({"alg": "RSA-OAEP"}, False),
    ],
)
async def test_a_key_for_secrets_signs_nothing(
    issuer: Issuer, said: dict[str, Any], signs: bool
) -> None:
    issuer.publish(jwk(EC_KEY, kid="ec"), jwk(RSA_KEY, kid="rsa") | said)
    authentication = trusting(issuer)
    if signs:
        assert (await who(authentication, issued())).login == "olga"
    else:
        assert (await refused(authentication, f"Bearer {issued()}")).http_status == 401
    assert (await who(authentication, issued(EC_KEY, "ec"))).login == "olga"


async def test_whoever_comes_with_a_known_key_waits_for_no_fetch(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    authentication = trusting(issuer)
    await who(authentication, issued())
    monkeypatch.setattr(issuer_keys, "KEYS_LIFETIME_SECONDS", 0.0)
    issuer.publish(jwk(RSA_KEY, kid="rsa"), jwk(ROTATED, kid="rotated"))
    with issuer.held():
        waiting = [
            asyncio.create_task(who(authentication, issued(ROTATED, "rotated"))) for _ in range(5)
        ]
        await asyncio.to_thread(issuer.is_asked.wait)
        for _ in range(3):
            assert (await who(authentication, issued())).login == "olga"
        assert not any(task.done() for task in waiting)
    assert {caller.login for caller in await asyncio.gather(*waiting)} == {"olga"}
    assert issuer.asked == 2


async def test_an_issuer_of_a_byte_at_a_time_is_given_up_as_a_whole(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issuer_keys, "KEYS_TIMEOUT_SECONDS", 0.5)
    issuer.pause_seconds = 0.2
    problem = await refused(trusting(issuer), f"Bearer {issued()}")
    assert (problem.http_status, problem.code) == (503, "identity_unavailable")
    assert issuer.asked == 1


async def test_keys_that_cannot_be_renewed_go_on(
    issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    authentication = trusting(issuer)
    await who(authentication, issued())
    monkeypatch.setattr(issuer_keys, "KEYS_LIFETIME_SECONDS", 0.0)
    issuer.status = 500
    for _ in range(5):
        assert (await who(authentication, issued())).login == "olga"
    problem = await refused(authentication, f"Bearer {issued(ROTATED, 'rotated')}")
    assert (problem.http_status, problem.code) == (503, "identity_unavailable")


@pytest.mark.parametrize(
    ("status", "body"), [(500, b""), (200, b"not keys"), (200, b"{}"), (200, b" " * 300_000)]
)
async def test_an_issuer_that_cannot_be_asked_is_503_and_not_a_refusal(
    issuer: Issuer, status: int, body: bytes
) -> None:
    issuer.status, issuer.body = status, body
    problem = await refused(trusting(issuer), f"Bearer {issued()}")
    assert (problem.http_status, problem.code) == (503, "identity_unavailable")


PRODUCTION = {
    "KOPEYKA_DATABASE_URL": URL,
    "KOPEYKA_MAIL_FROM": "a@kopeyka.example",
    "KOPEYKA_SMTP_HOST": "mail.example",
    "KOPEYKA_SCANNER_HOST": "clamd.example",
    "KOPEYKA_ACQUIRER_URL": "https://acquirer.example",
    "KOPEYKA_ACQUIRER_SHOP_ID": "1",
    "KOPEYKA_ACQUIRER_SECRET_KEY": "s",
    "KOPEYKA_CODE_KEY": "k" * 32,
    "KOPEYKA_DOSSIER_KEY": "d0" * 32,
    "KOPEYKA_JWT_ISSUER": ISSUER,
    "KOPEYKA_JWT_AUDIENCE": AUDIENCE,
    "KOPEYKA_JWT_JWKS_URL": "https://id.kopeyka.example/keys",
}


async def test_production_believes_no_development_key() -> None:
    authentication = Authentication(settings_of(PRODUCTION))
    assert (await refused(authentication, f"Bearer {development()}")).http_status == 401


@pytest.mark.parametrize(
    "name", ["KOPEYKA_JWT_ISSUER", "KOPEYKA_JWT_AUDIENCE", "KOPEYKA_JWT_JWKS_URL"]
)
def test_an_api_that_would_believe_anybody_or_nobody_does_not_start(name: str) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}
    with pytest.raises(SettingMissing, match=name):
        Authentication(settings_of(environment))
