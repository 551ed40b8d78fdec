"""The key that dossiers are signed with."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.dossier.archive import Sign
from settings import Settings

ID_LENGTH: Final = 16
"""Signs of the digest of a public key by which the key is named."""


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key: its public part in hex, the id by which it is named, and how it signs."""

    id: str
    public: str
    sign: Sign

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The key of the settings."""
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.dossier_key))
        public = key.public_key().public_bytes_raw()
        return cls(sha256(public).hexdigest()[:ID_LENGTH], public.hex(), key.sign)
