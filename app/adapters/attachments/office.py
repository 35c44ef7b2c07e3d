"""Checks of office documents: nothing in them may run, or load from elsewhere, when they are opened.

A document is judged by the directory of its archive and by the few parts that say what the others are and
where they lead. Those are read in bounded pieces; everything else stays packed.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import BinaryIO
from urllib.parse import unquote
from xml.parsers import expat

from app.application.errors import FileRefusedError
from app.domain.attachments.file_types import DOCX, MIB, ODS, ODT, XLSX, FileType

MAX_PARTS = 5_000
MAX_UNPACKED = 512 * MIB
"""Limits of an office document's directory: many parts, but no archive that only unpacks."""

MAX_XML = 32 * MIB
MAX_ELEMENTS = 200_000
"""Limits of the parts that are read, together: a sheet may have 65,530 links."""

PIECE = 262_144

_BY_PART: Mapping[str, FileType] = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
_BY_MIMETYPE: Mapping[bytes, FileType] = {one.media_type.encode(): one for one in (ODT, ODS)}
_PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}

_PROGRAM_FOLDERS = {"basic", "scripts"}
"""Folders of an OpenDocument file that hold its macros."""
_PROGRAM_TYPES = ("macro", "vba", "activex", "oleobject", "webextension")
"""Words in the content type of a part that makes a document a program: macros, controls, objects."""
_PROGRAM_LINKS = {
    *("vbaproject", "xlmacrosheet", "xlintlmacrosheet", "control", "activexcontrolbinary"),
    *("oleobject", "afchunk", "webextension", "webextensiontaskpanes"),
}
"""Relationships to programs, and to documents of other kinds that are merged when the file is opened."""
_ASKED_LINKS = {
    "hyperlink",
    "externallinkpath",
    "xlpathmissing",
    "xlstartup",
    "xlalternatestartup",
    "xllibrary",
}
"""Relationships that lead elsewhere and are followed only when the reader clicks or agrees."""
_OWN_DISK = re.compile(r"(?:file:///)?[a-z]:[\\/].*", re.IGNORECASE)
"""A template on the reader's own disk; Word writes its place into every document that is based on one."""


def office_type(file: BinaryIO) -> FileType:
    """Return which office document an archive is.

    Raises FileRefusedError for any other archive, and for a document that may run or load something.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {_name_of(part): part for part in archive.infolist()}
            _refuse_bombs(archive, parts)
            found = _by_mimetype(archive) or _by_parts(parts)
            _refuse_programs(archive, parts)
    except (
        *(zipfile.BadZipFile, ValueError, LookupError, NotImplementedError, RuntimeError, EOFError),
        *(zlib.error, expat.ExpatError),
    ):
        raise not_allowed() from None
    if found is None:
        raise not_allowed()
    return found


def not_allowed() -> FileRefusedError:
    """Return the refusal of a file by its type."""
    return FileRefusedError("file_type_not_allowed")


def _name_of(part: zipfile.ZipInfo) -> str:
    """Return the name of a part as office programs compare it."""
    return unquote(part.filename).replace("\\", "/").lstrip("/").lower()


def _refuse_bombs(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> None:
    """Reject documents that unpack to too much, are encrypted, or have parts of one name or out of reach."""
    every = archive.infolist()
    unpacked = sum(part.file_size for part in every)
    unusual = any(
        part.flag_bits & 1 or part.compress_type not in _PACKINGS or part.header_offset < 0 for part in every
    )
    if unpacked > MAX_UNPACKED or unusual or len(parts) < len(every):
        raise not_allowed()


def _by_mimetype(archive: zipfile.ZipFile) -> FileType | None:
    """Return the type that an OpenDocument file names in its first part, which is stored uncompressed."""
    first = archive.infolist()[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.header_offset != 0:
        return None
    with archive.open(first) as part:
        return _BY_MIMETYPE.get(part.read(100))


def _by_parts(parts: Mapping[str, zipfile.ZipInfo]) -> FileType | None:
    if "[content_types].xml" not in parts:
        return None
    return next((found for name, found in _BY_PART.items() if name in parts), None)


def _refuse_programs(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> None:
    """Reject macros, controls, embedded objects, and what loads from elsewhere without being asked."""
    reader = _XmlReader(archive)
    for name, part in parts.items():
        *folders, last = name.split("/")
        if last == "vbaproject.bin" or not _PROGRAM_FOLDERS.isdisjoint(folders):
            raise not_allowed()
        if name == "[content_types].xml":
            bad = any(_is_program(members) for _, members in reader.elements(part))
        elif last.endswith(".rels"):
            bad = any(_loads(members) for _, members in reader.elements(part))
        elif name == "meta-inf/manifest.xml":
            bad = any(element == "encryption-data" for element, _ in reader.elements(part))
        else:
            bad = False
        if bad:
            raise not_allowed()


def _is_program(members: Mapping[str, str]) -> bool:
    kind = members.get("ContentType", "").lower()
    return any(word in kind for word in _PROGRAM_TYPES)


def _loads(members: Mapping[str, str]) -> bool:
    """Check whether a relationship leads to something that runs or loads when the document is opened."""
    kind = members.get("Type", "").rpartition("/")[2].lower()
    if kind in _PROGRAM_LINKS:
        return True
    if members.get("TargetMode", "").lower() != "external" or kind in _ASKED_LINKS:
        return False
    return kind != "attachedtemplate" or not _OWN_DISK.fullmatch(members.get("Target", ""))


class _XmlReader:
    """Reads parts in pieces, within limits for all of them, and expands no entities.

    A long piece without an element is refused: this expat would read an endless token again for each piece.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._bytes = MAX_XML
        self._elements = MAX_ELEMENTS

    def elements(self, part: zipfile.ZipInfo) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield the local name and the attributes of each element. Raises FileRefusedError for a DTD."""
        found: list[tuple[str, Mapping[str, str]]] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = lambda name, members: found.append((name.rpartition(" ")[2], members))
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self._archive.open(part) as stream:
            while piece := stream.read(PIECE):
                parser.Parse(piece, False)
                self._bytes -= len(piece)
                self._elements -= len(found)
                is_filler = len(piece) == PIECE and not found
                if self._bytes < 0 or self._elements < 0 or is_filler:
                    raise not_allowed()
                yield from found
                found.clear()
        parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise not_allowed()
