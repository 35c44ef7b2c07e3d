"""Foreign judges of the contract and of the running service: make judges."""
