"""One spelling per address: the fixed parts of a path are never percent-encoded."""

from starlette.routing import Match, Route
from starlette.types import Scope


class SpelledRoute(Route):
    """A route that only matches its own spelling; parameters may be encoded.

    The server decodes a path before it is matched, so that `/%6detrics` would also be `/metrics` and pass a
    proxy's rule for that address.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match a request by its decoded path, and its fixed parts also as they were sent."""
        match, child_scope = super().matches(scope)
        raw: bytes = scope.get("raw_path", b"")
        if match is not Match.NONE and b"%" in raw and not _spells(raw, self.path_format):
            return Match.NONE, {}
        return match, child_scope


def _spells(raw: bytes, template: str) -> bool:
    sent, fixed = raw.decode("latin-1").split("/"), template.split("/")
    return len(sent) == len(fixed) and all(
        part == own for part, own in zip(sent, fixed, strict=True) if not own.startswith("{")
    )
