"""Checks of office documents: no macro, control or embedded object, and no relationship that loads by itself.

Fields and connections in the text of a document are not read: docs/decisions/0122 lists what they may load.

A document is judged by the directory of its archive and by the few parts that say what the others are and
where they lead. Those are read in bounded pieces; everything else stays packed.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
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
_BY_MAIN_TYPE: Mapping[str, FileType] = {
    f"application/vnd.openxmlformats-officedocument.{kind}.main+xml": found
    for kind, found in (("wordprocessingml.document", DOCX), ("spreadsheetml.sheet", XLSX))
}
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
    "externallinklongpath",
    "xlpathmissing",
    "xlstartup",
    "xlalternatestartup",
    "xllibrary",
}
"""Relationships that lead elsewhere and are followed only when the reader clicks or agrees."""
_OWN_DISK = re.compile(
    r"(?:file://(?:localhost)?/)?[a-z]:[\\/].*|file://(?:localhost)?/users/.*|(?:(?!%(?:2f|5c|3a))[^/\\:])+",
    re.IGNORECASE,
)
"""A place on the reader's own disk, or a bare name; Word writes that of its template into each document."""


def office_type(file: BinaryIO) -> FileType:
    """Return which office document an archive is.

    Raises FileRefusedError for any other archive, and for a document that may run or load something.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = {_name_of(part): part for part in archive.infolist()}
            _refuse_bombs(archive, parts)
            found = _by_mimetype(archive) or _by_parts(archive, parts)
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
    unusual = any(part.flag_bits & 1 or part.compress_type not in _PACKINGS for part in every)
    begins = min(part.header_offset for part in every)  # bytes before it may be another archive
    if unpacked > MAX_UNPACKED or unusual or begins or len(parts) < len(every):
        raise not_allowed()


def _by_mimetype(archive: zipfile.ZipFile) -> FileType | None:
    """Return the type that an OpenDocument file names in its first part, which is stored uncompressed."""
    first = archive.infolist()[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.header_offset != 0:
        return None
    with archive.open(first) as part:
        return _BY_MIMETYPE.get(part.read(100))


def _by_parts(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> FileType | None:
    """Return the type that the usual main part has, or that the list of types gives to a part."""
    types = parts.get("[content_types].xml")
    if types is None:
        return None
    for name, found in _BY_PART.items():
        if name in parts:
            return found
    for _, members in _XmlReader(archive).elements(types):
        main = _BY_MAIN_TYPE.get(members.get("ContentType", "").lower())
        if main and members.get("PartName", "").lstrip("/").lower() in parts:
            return main
    return None


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
            bad = any(_loads(members, folders) for _, members in reader.elements(part))
        elif name == "meta-inf/manifest.xml":
            bad = any(element == "encryption-data" for element, _ in reader.elements(part))
        else:
            bad = False
        if bad:
            raise not_allowed()


def _is_program(members: Mapping[str, str]) -> bool:
    kind = members.get("ContentType", "").lower()
    return any(word in kind for word in _PROGRAM_TYPES)


def _loads(members: Mapping[str, str], folders: Sequence[str]) -> bool:
    """Check whether a relationship leads to something that runs or loads when the document is opened.

    A chart may be linked to a workbook on the own disk: Office asks before it updates one.
    """
    kind = members.get("Type", "").rpartition("/")[2].lower()
    is_external = members.get("TargetMode", "").lower() == "external"
    is_chart = kind == "oleobject" and list(folders[-2:]) == ["charts", "_rels"]
    if is_external and (is_chart or kind == "attachedtemplate"):
        return not _OWN_DISK.fullmatch(members.get("Target", ""))
    return kind in _PROGRAM_LINKS or (is_external and kind not in _ASKED_LINKS)


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
