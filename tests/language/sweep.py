"""Judges every word form of the OpenCorpora dictionary: python -m tests.language.sweep.

Runs in the environment of `make test-language`, which has the dictionary. Ends with 1 if a form is flagged
whose lemma is not reviewed as obscene and that is no known homograph, or if a reviewed lemma is missed.
"""

import sys
from importlib import import_module

from app.domain.language.folding import fold
from app.domain.language.obscene_words import word_level
from app.domain.vocabulary import ObscenityLevel
from tests.language.reviewed import HOMOGRAPHS, OBSCENE_LEMMAS


def main() -> int:
    """Sweep, and tell what is wrong."""
    # Only this environment has it, so there is nothing for the type checker to see.
    dictionary = import_module("pymorphy3").MorphAnalyzer().dictionary
    forms = 0
    wrong: set[str] = set()
    found: set[str] = set()
    for word, _, lemma, *_ in dictionary.iter_known_words():
        forms += 1
        level = word_level(fold(word).text)
        if level is None or level is ObscenityLevel.RUDE or word in HOMOGRAPHS:
            continue
        found.add(lemma)
        if lemma not in OBSCENE_LEMMAS:
            wrong.add(word)
    missed = OBSCENE_LEMMAS - found
    sys.stdout.write(
        f"{forms} readings of word forms: {len(wrong)} innocent ones flagged, "
        f"{len(missed)} obscene lemmas missed, homographs apart: {', '.join(sorted(HOMOGRAPHS))}\n"
    )
    for name, words in (("flagged", wrong), ("missed", missed)):
        if words:
            sys.stdout.write(f"{name}: {' '.join(sorted(words))}\n")
    return 1 if wrong or missed else 0


if __name__ == "__main__":
    sys.exit(main())
