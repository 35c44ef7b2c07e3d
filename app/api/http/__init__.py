"""The mechanics of HTTP: keys, the guard, bodies, problems, idempotency, pages; no subject of the desk."""
