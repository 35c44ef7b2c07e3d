"""The language of a response's texts: Accept-Language with its weights (RFC 9110, 12.5.4)."""

from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import HTTPConnection

from app.domain.vocabulary import Language

HEADER_MAX = 512


def language_of(request: HTTPConnection) -> Language:
    """Return English if the caller prefers it, otherwise Russian."""
    header = request.headers.get("accept-language")
    return Language.RU if header is None else preferred(header[:HEADER_MAX])


def language_headers(language: Language) -> Mapping[str, str]:
    """Return the headers of a response whose texts are in a language that the caller chose."""
    return _HEADERS[language]


_HEADERS: Mapping[Language, Mapping[str, str]] = {
    language: {"Content-Language": language.value, "Vary": "Accept-Language"} for language in Language
}


@lru_cache(maxsize=512)
def preferred(header: str) -> Language:
    """Return the language with the higher weight; Russian for equal weights."""
    weights: dict[str, float] = {}
    for item in header.split(","):
        parts = item.strip().lower().split(";")
        name = parts[0].strip().partition("-")[0]
        weights[name] = max(weights.get(name, 0.0), _weight(parts[1:]))
    rest = weights.get("*", 0.0)
    english, russian = weights.get("en", rest), weights.get("ru", rest)
    return Language.EN if english > russian else Language.RU


def _weight(parameters: list[str]) -> float:
    if not parameters:
        return 1.0
    name, _, value = parameters[0].strip().partition("=")
    digits = value.strip().replace(".", "", 1)
    if name.strip() != "q" or not (digits.isascii() and digits.isdigit()):
        return 0.0
    return min(float(value), 1.0)
