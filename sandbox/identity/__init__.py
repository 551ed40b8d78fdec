"""A sandbox issuer of OpenID Connect, where one picks who one is."""
