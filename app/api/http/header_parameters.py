"""Parameters of headers, and the name of a file in the ways that clients of all ages write it.

Browsers send UTF-8 with `%22` for a quote (the HTML standard), .NET sends `filename*` beside an encoded word
(RFC 8187, RFC 2047), older clients send a path, quoted pairs or Latin-1. Nothing here refuses a name.
"""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

_PARAMETER = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)|([^;"]*+))', re.DOTALL)
"""A parameter; the quotes of its value may lack their end."""
_QUOTED_PAIR = re.compile(r'\\(["\\])')
_BROWSERS_ESCAPE = re.compile("%(22|0D|0A)", re.IGNORECASE)
_EXTENDED = re.compile(r"([\w.-]*)'[^']*'(.*)", re.DOTALL | re.ASCII)
_ENCODED_WORD = re.compile(r"=\?([\w.-]+)(?:\*[\w.-]*)?\?([BQ])\?([!->@-~]*)\?=", re.IGNORECASE | re.ASCII)
_BETWEEN_WORDS = re.compile(r"(?<=\?=)\s+(?==\?)")
_CHARSET = re.compile(
    "us-ascii|iso-8859-([1-9]|1[013-6])|windows-125[0-8]|koi8-[ru]|ibm866|cp866", re.IGNORECASE
)
"""Charsets that are decoded as they say; others are taken for UTF-8."""


def parameters_of(header: str) -> tuple[str, Mapping[str, str]]:
    """Return the value of a header before its parameters, and the parameters; of equal names the first."""
    value = header.partition(";")[0]
    found: dict[str, str] = {}
    for name, quoted, plain in _PARAMETER.findall(header, len(value)):
        found.setdefault(name.lower(), quoted or plain.strip())
    return value.strip().lower(), found


def text_of(raw: str) -> str:
    """Decode a value whose bytes came as Latin-1: as UTF-8 where it is."""
    try:
        return raw.encode("latin-1").decode()
    except UnicodeDecodeError:
        return raw


def filename_of(parameters: Mapping[str, str]) -> str | None:
    """Return the name of the file that the parameters of a Content-Disposition describe; None without one."""
    extended = _decoded_extended(parameters.get("filename*", ""))
    plain = parameters.get("filename")
    if extended or plain is None:
        return extended or None
    name = _QUOTED_PAIR.sub(r"\1", text_of(plain))
    name = _BROWSERS_ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), name)
    return _ENCODED_WORD.sub(_decoded_word, _BETWEEN_WORDS.sub("", name))


def _decoded_extended(value: str) -> str:
    """Decode charset, language and percent-encoded bytes (RFC 8187)."""
    form = _EXTENDED.fullmatch(value)
    charset, text = form.groups() if form else ("", value)
    return _decoded(unquote_to_bytes(text.encode("latin-1")), charset)


def _decoded_word(word: re.Match[str]) -> str:
    """Decode an encoded word (RFC 2047); one that is damaged stays as it is."""
    charset, encoding, text = word.groups()
    try:
        raw = a2b_base64(f"{text}==") if encoding in "Bb" else a2b_qp(text, header=True)
    except ValueError:
        return word[0]
    return _decoded(raw, charset)


def _decoded(raw: bytes, charset: str) -> str:
    return raw.decode(charset if _CHARSET.fullmatch(charset) else "utf-8", "replace")
