"""Every conversation with the outside: acquirer, mail, documents."""
