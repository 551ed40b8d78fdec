"""How people come in: by a one-time link of a letter, or by an OpenID issuer."""
