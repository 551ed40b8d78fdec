"""Papers of a client that are made when somebody asks for them."""
