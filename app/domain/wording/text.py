"""A text for people in both languages of the service."""

from dataclasses import dataclass

from app.domain.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Russian and in English, with the same placeholders."""

    ru: str
    en: str

    def in_language(self, language: Language) -> str:
        """Return the text in that language, with its placeholders unfilled."""
        return self.ru if language is Language.RU else self.en
