"""A checker of English: openings and idioms that CONTRIBUTING.md bans, each with its replacement.

It reads docstrings, help of commands and the texts of openapi.json. Code in backquotes is never checked.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PRONOUN = "name the subject"
_HEADLESS = "name the subject; 'what …' and the like are not one"

OPENINGS: Mapping[str, str] = {
    **dict.fromkeys(("Give", "Gives"), "Return, or Yield"),
    **dict.fromkeys(("Say", "Says", "Tell", "Tells"), "Return, Check whether, or Report"),
    **dict.fromkeys(("Let", "Lets"), "the verb of the effect: Lock, Allow, Add …"),
    **dict.fromkeys(("Ask", "Asks"), "Request, or Query"),
    **dict.fromkeys(("What", "Who", "Whom", "Whose", "Whoever", "Where", "Which", "How"), _HEADLESS),
    **dict.fromkeys(("Nobody", "Nobody's", "Somebody", "Everybody"), _PRONOUN),
}
"""First words that no text may have."""

FUNCTION_OPENINGS: Mapping[str, str] = {
    **OPENINGS,
    **dict.fromkeys(("Take", "Takes"), "Accept, Store, Claim, Start with …"),
    **dict.fromkeys(("Whether", "The", "A", "An", "It", "Every"), "a verb: Return, Check whether, Build …"),
}
"""First words that a function's docstring may not have; a property may begin as a noun phrase does."""

IDIOMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    name: (re.compile(pattern, flags), instead)
    for name, pattern, flags, instead in (
        ("nobody", r"\bnobody(?:'s)?\b", re.IGNORECASE, "the caller, no process, an unassigned chat …"),
        ("somebody", r"\bsomebody(?:'s)?\b", re.IGNORECASE, _PRONOUN),
        ("everybody", r"\beverybody(?:'s)?\b", re.IGNORECASE, _PRONOUN),
        ("whoever", r"\bwho(?:m)?ever\b", re.IGNORECASE, _PRONOUN),
        ("anew", r"\banew\b", re.IGNORECASE, "again"),
        ("in front", r"\bin front\b", re.IGNORECASE, "first, or before"),
        ("told", r"\b(?:tells?|telling|told)\b", re.IGNORECASE, "report, return, notify, distinguish"),
        ("let go", r"\blets? (?:\w+ )?go\b", re.IGNORECASE, "release, or close"),
        ("what is asked", r"\bwhat is asked\b", re.IGNORECASE, "the request"),
        (
            "a minute and key",
            r"\ba (?:second|minute|hour|day) and \w+\b",
            re.IGNORECASE,
            "per minute and key",
        ),
        ("headless sentence", r"[.!?;:]\s+(?:What|Who|what)\b(?![^.]*\?)", 0, _HEADLESS),
        (
            "bare error",
            r"\.\s+[A-Z]\w+(?:Error|Failed|Gone|Delayed|Taken)\b,?.*$",
            re.MULTILINE,
            "Raises X if …",
        ),
        (
            "design N",
            r"\bdesign [0-9]|\bmessengers\.md\b",
            re.IGNORECASE,
            "a file of this repository, or a clause",
        ),
    )
}
"""Phrases that no text may have, by the name under which a place may be exempted."""

_CODE = re.compile(r"``.+?``|`[^`]*`", re.DOTALL)
_PUBLISHED = re.compile(r'\s*"(?:description|summary|title|detail)": (".*"),?')


@dataclass(frozen=True)
class Finding:
    """A banned phrase at its place, and what to write instead."""

    path: str
    line: int
    phrase: str
    instead: str
    text: str

    def __str__(self) -> str:
        """Return the finding as editors read it: path, line, message."""
        return f"{self.path}:{self.line}: {self.phrase!r} in {self.text[:90]!r} (write: {self.instead})"


def check_text(path: str, line: int, text: str, openings: Mapping[str, str] = OPENINGS) -> Iterator[Finding]:
    """Yield the banned opening and idioms of a text."""
    plain = _CODE.sub("`code`", text)
    opening = re.match(r"[^\W\d_]+(?:'s)?", plain)
    if opening is not None and opening[0] in openings:
        yield Finding(path, line, opening[0], openings[opening[0]], " ".join(plain.split()))
    for name, (pattern, instead) in IDIOMS.items():
        for found in pattern.finditer(plain):
            place = line + plain.count("\n", 0, found.start())
            around = " ".join(plain[max(0, found.start() - 40) : found.end() + 40].split())
            yield Finding(path, place, name, instead, around)


def check_source(path: str, source: str) -> Iterator[Finding]:
    """Yield the findings in all docstrings of a module, and in the help of its commands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.keyword) and node.arg == "help" and _text_of(node.value) is not None:
            yield from check_text(path, node.value.lineno, _text_of(node.value) or "")
        for statement, of_function in _docstrings(node):
            text = _text_of(statement.value) or ""
            openings = FUNCTION_OPENINGS if of_function else OPENINGS
            yield from check_text(path, statement.lineno, text, openings)
            if of_function:
                yield from _check_first_line(path, statement.lineno, text)


def check_published(path: str, document: str) -> Iterator[Finding]:
    """Yield the findings in the texts of an OpenAPI document, which has one member per line."""
    for line, content in enumerate(document.splitlines(), start=1):
        member = _PUBLISHED.fullmatch(content)
        if member is not None:
            yield from check_text(path, line, json.loads(member[1]).replace("\n", " "))


def check_references(path: str, content: str) -> Iterator[Finding]:
    """Yield references to pages outside this repository, in any kind of file."""
    pattern, instead = IDIOMS["design N"]
    for line, text in enumerate(content.splitlines(), start=1):
        if pattern.search(text):
            yield Finding(path, line, "design N", instead, text.strip())


def unexempted(
    findings: Iterator[Finding] | Sequence[Finding], exempted: Mapping[tuple[str, str], str]
) -> list[str]:
    """Return the findings without an exemption, as lines of a report."""
    return [str(each) for each in findings if (each.path, each.phrase) not in exempted]


def sources(root: Path, folder: str, ending: str = ".py") -> Iterator[tuple[str, str]]:
    """Yield path and content of the files below a folder, the paths relative to the root."""
    for file in sorted((root / folder).rglob(f"*{ending}")):
        yield file.relative_to(root).as_posix(), file.read_text(encoding="utf-8")


def _text_of(value: ast.expr) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _docstrings(node: ast.AST) -> Iterator[tuple[ast.Expr, bool]]:
    """Yield the strings that stand alone in a body: the docstring, and those of attributes."""
    body = getattr(node, "body", ())
    for place, statement in enumerate(body if isinstance(body, list) else ()):
        if isinstance(statement, ast.Expr) and _text_of(statement.value) is not None:
            function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and place == 0
            yield statement, function and not _is_property(node)


def _is_property(node: ast.AST) -> bool:
    decorators = getattr(node, "decorator_list", ())
    return any(ast.unparse(each).endswith(("property", ".setter")) for each in decorators)


def _check_first_line(path: str, line: int, text: str) -> Iterator[Finding]:
    first = text.strip().split("\n", 1)[0]
    if not first[:1].isupper():
        yield Finding(path, line, "first letter", "a capital letter", first)
    if not first.endswith("."):
        yield Finding(path, line, "first line", "one sentence with a period on the first line", first)
