"""Third-party checks of the contract and of the running service: make judges."""
