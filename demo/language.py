"""The language of the demonstrations: Russian, or English with `--lang en` or an English LANG."""

import argparse
import os
from collections.abc import Callable

Say = Callable[[str, str], str]
"""Chooses between a Russian and an English text."""


def russian(ru: str, _: str) -> str:
    """Return the Russian text."""
    return ru


def english(_: str, en: str) -> str:
    """Return the English text."""
    return en


LANGUAGES: dict[str, Say] = {"ru": russian, "en": english}


def chosen_language(description: str | None) -> Say:
    """Read the language from the command line, or else from the environment."""
    locales = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    by_environment = "en" if next(filter(None, locales), "").startswith("en") else "ru"
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--lang",
        choices=sorted(LANGUAGES),
        default=by_environment,
        help="by default the language of LC_ALL, LC_MESSAGES or LANG",
    )
    return LANGUAGES[parser.parse_args().lang]
