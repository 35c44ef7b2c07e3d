"""Judges of obscene words (4.6). There are no rules yet, so nothing is judged."""

from app.domain.vocabulary import ObscenityLevel


class NotJudged:
    """Calls every text clean, and says that it has not looked."""

    judges = False

    def level_of(self, text: str) -> ObscenityLevel | None:  # noqa: ARG002 - it does not look
        """Give None: nobody judged."""
        return None
