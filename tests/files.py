"""Files of every kind that the desk takes, as small as they can be, and some that it must not take."""

import struct
import zipfile
import zlib
from io import BytesIO


def png(width: int = 1, height: int = 1, tail: bytes = b"") -> bytes:
    """Make a picture that says how large it is; its pixels are those of a black one, packed."""
    row = b"\0" * (1 + width * 3)
    pixels = zlib.compress(row * height) if width * height < 10_000 else zlib.compress(b"\0")
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body + tail


def jpeg(width: int = 4, height: int = 3) -> bytes:
    frame = struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\x01\x11\0\x02\x11\x01\x03\x11\x01"
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0" + frame + b"\xff\xd9"


def gif(width: int = 2, height: int = 2) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0" + b"\0" * 6 + b";"


def webp(width: int = 5, height: int = 5) -> bytes:
    frame = b"\0\0\0\0" + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    chunk = b"VP8X" + struct.pack("<I", len(frame)) + frame
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def media(brand: bytes, size: int = 64) -> bytes:
    """Make the beginning of an ISO media file of a brand."""
    box = b"ftyp" + brand + b"\0\0\0\0" + brand
    return struct.pack(">I", len(box) + 4) + box + b"\0" * size


def webm(kind: bytes = b"webm") -> bytes:
    return b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82" + bytes([0x80 + len(kind)]) + kind + b"\0" * 32


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack as fast as can be: what is packed is half a gigabyte."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            stored = name == "mimetype"
            archive.writestr(name, content, zipfile.ZIP_STORED if stored else method, compresslevel=1)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>", **more})


def xlsx(**more: bytes) -> bytes:
    return packed({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>", **more})


def content_types(*kinds: str) -> dict[str, bytes]:
    """Make the part that names the types of the others, as Word writes it."""
    overrides = "".join(
        f'<Override PartName="/part/{place}.xml" ContentType="{kind}"/>' for place, kind in enumerate(kinds)
    )
    return {
        "[Content_Types].xml": b'\xef\xbb\xbf<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.'
        b'spreadsheetml.printerSettings"/>' + overrides.encode() + b"</Types>"
    }


def main_part(name: str, kind: str) -> dict[str, bytes]:
    """Make the part that names the main part of a document."""
    return {
        "[Content_Types].xml": f'<Types><Override PartName="{name}" ContentType="{kind}"/></Types>'.encode()
    }


RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def relations(
    kind: str,
    target: str = "https://evil.test/x",
    mode: str = ' TargetMode="External"',
    place: str = "word/_rels/settings.xml.rels",
    space: str = RELATIONS,
) -> dict[str, bytes]:
    """Make a part of relationships with one of a kind."""
    one = f'<Relationship Id="rId1" Type="{space}/{kind}" Target="{target}"{mode}/>'
    spaces = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return {place: f'<?xml version="1.0"?><Relationships {spaces}>{one}</Relationships>'.encode()}


def open_document(kind: str, **more: bytes) -> bytes:
    mimetype = f"application/vnd.oasis.opendocument.{kind}".encode()
    return packed({"mimetype": mimetype, "content.xml": b"<office:document-content/>", **more})


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
TEXT = "10:00 выгрузка начата\n10:01 ошибка".encode()
ARCHIVE = packed({"log.txt": b"10:00"})
BOMB_IN_ARCHIVE = packed({f"{number}.zip": packed({"0": b"\0" * 1_000_000}) for number in range(16)})
BOMB_AS_DOCUMENT = docx(
    **dict.fromkeys((f"word/media/{number}.bin" for number in range(9)), b"\0" * 60_000_000)
)
MANY_PARTS = docx(**{f"word/{number}.xml": b"" for number in range(5_001)})
PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LONG_PATHS = "http://schemas.microsoft.com/office/2019/04/relationships"
CHART_LINKS = "word/charts/_rels/chart1.xml.rels"
SHEET_LINKS = "xl/externalLinks/_rels/externalLink1.xml.rels"
MANY_LINKS = {
    "xl/worksheets/_rels/sheet1.xml.rels": b"<Relationships>"
    + b'<Relationship Id="rId1" Type="x/hyperlink" Target="https://a.test/flat/1" TargetMode="External"/>'
    * 65_530
    + b"</Relationships>"
}
BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY a0 "x">'
    + b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><a>&a9;</a>"
)

TAKEN: tuple[tuple[str, bytes, str, str], ...] = (
    ("png", png(), "image/png", "image"),
    ("jpeg", jpeg(), "image/jpeg", "image"),
    ("gif", gif(), "image/gif", "image"),
    ("webp", webp(), "image/webp", "image"),
    ("mp4", media(b"isom"), "video/mp4", "video"),
    ("mp42", media(b"mp42"), "video/mp4", "video"),
    ("mov", media(b"qt  "), "video/quicktime", "video"),
    ("webm", webm(), "video/webm", "video"),
    ("pdf", PDF, "application/pdf", "document"),
    ("txt", TEXT, "text/plain", "document"),
    ("text about rich text", b"{ text } {\\rtf1}", "text/plain", "document"),
    ("csv", "﻿имя;сумма\r\nАнна;5".encode(), "text/plain", "document"),
    ("xml feed", b'<?xml version="1.0"?><Ads><Ad/></Ads>', "text/plain", "document"),
    ("long text", "ы".encode() * 300_001, "text/plain", "document"),
    ("docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "document"),
    ("xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "document"),
    ("odt", open_document("text"), "application/vnd.oasis.opendocument.text", "document"),
    ("ods", open_document("spreadsheet"), "application/vnd.oasis.opendocument.spreadsheet", "document"),
)
"""Name, content, type and kind of what is taken."""

HARMLESS_OFFICE: tuple[tuple[str, bytes], ...] = (
    ("types as Word writes them", docx(**content_types(f"{WORD}.document.main+xml", f"{WORD}.styles+xml"))),
    ("hyperlinks", docx(**relations("hyperlink", place="word/_rels/document.xml.rels"))),
    ("a hyperlink to a share", docx(**relations("hyperlink", "file:///\\\\server\\share\\a.docx"))),
    ("a sheet of many hyperlinks", xlsx(**MANY_LINKS)),
    (
        "links between workbooks",
        xlsx(**relations("externalLinkPath", "file:///C:\\b.xlsx", place=SHEET_LINKS)),
    ),
    ("missing workbooks", xlsx(**relations("xlExternalLinkPath/xlPathMissing", "b.xlsx", place=SHEET_LINKS))),
    (
        "a template on the own disk",
        docx(**relations("attachedTemplate", "file:///C:\\Templates\\Letter.dotx")),
    ),
    *(
        (f"template at {target}", docx(**relations("attachedTemplate", target)))
        for target in (
            *("file:///Users/anna/Letter.dotx", "file://localhost/Users/anna/a%20b.dotx"),
            *("Normal.dotm", "Обычный шаблон.dotm", "file://localhost/C:\\a.dotm"),
        )
    ),
    *(
        (f"chart linked to {target}", docx(**relations("oleObject", target, place=CHART_LINKS)))
        for target in ("file:///C:\\Users\\Anna\\sales.xlsx", "sales.xlsx", "file:///Users/anna/sales.xlsx")
    ),
    (
        "long paths of workbooks",
        xlsx(**relations("externalLinkLongPath", "file:///C:\\b.xlsx", place=SHEET_LINKS, space=LONG_PATHS)),
    ),
    (
        "a main part of another name",
        packed(
            {"word/document2.xml": b"<a/>"} | main_part("/word/document2.xml", f"{WORD}.document.main+xml")
        ),
    ),
    (
        "a main sheet of another name",
        packed({"xl/book.xml": b"<a/>"} | main_part("/xl/book.xml", f"{SHEET}.sheet.main+xml")),
    ),
    ("a comment", docx()[:-2] + b"\x01\0x"),
    ("a line ending behind a document", docx() + b"\r\n"),
    ("a line ending behind an open document", open_document("text") + b"\r\n"),
    ("parts of the document", docx(**relations("image", "media/a.png", mode=""))),
    (
        "an embedded workbook",
        docx(**relations("package", "embeddings/a.xlsx", mode=' TargetMode="Internal"')),
    ),
    ("printer settings", xlsx(**content_types() | {"xl/printerSettings/printerSettings1.bin": b"x"})),
    ("a part named scripts.xml", docx(**{"word/scripts.xml": b"<a/>"})),
    ("open document with a manifest", open_document("text", **{"META-INF/manifest.xml": b"<manifest/>"})),
)
"""Name and content of office documents that run and load nothing by themselves."""

HOSTILE_OFFICE: tuple[tuple[str, bytes], ...] = (
    *(
        (kind, docx(**content_types(f"{WORD}.document.main+xml", kind)))
        for kind in (
            "application/vnd.ms-word.document.macroEnabled.main+xml",
            "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "application/vnd.ms-excel.sheet.binary.MACROENABLED.main",
            "application/vnd.ms-excel.macrosheet+xml",
            "application/vnd.ms-excel.intlmacrosheet+xml",
            "application/vnd.ms-office.vbaProject",
            "application/vnd.ms-word.vbaData+xml",
            "application/vnd.ms-office.activeX+xml",
            "application/vnd.openxmlformats-officedocument.oleObject",
            "application/vnd.ms-office.webextension+xml",
        )
    ),
    *(
        (f"external {kind}", docx(**relations(kind)))
        for kind in (
            "attachedTemplate",
            "oleObject",
            "frame",
            "subDocument",
            "image",
            "mailMergeSource",
            "package",
        )
    ),
    *(
        (f"internal {kind}", docx(**relations(kind, "a.bin", mode="")))
        for kind in ("oleObject", "vbaProject", "control", "aFChunk", "activeXControlBinary")
    ),
    *(
        (f"template at {target}", docx(**relations("attachedTemplate", target)))
        for target in (
            *(
                "http://evil.test/a.dotm",
                "\\\\server\\a.dotm",
                "file://server/a.dotm",
                "file:////server/a.dotm",
            ),
            *("//server/a.dotm", "file:///%5C%5Cserver/a.dotm", "file:///%2F/server/a.dotm", "a/b.dotm"),
            *(
                "file:////localhost/a.dotm",
                "file:///Volumes/share/a.dotm",
                "/net/server/a.dotm",
                "%2F%2Fserver",
            ),
            *("file:///net/server/a.dotm", "file:///UNC/server/a.dotm", "\\\\?\\UNC\\server\\a.dotm"),
            *("file:///\\\\server\\a.dotm", "", "mhtml:http://evil.test/a!x", "C:a.dotm", "../a.dotm"),
        )
    ),
    ("strict relations", docx(**relations("attachedTemplate", space=STRICT_RELATIONS))),
    ("escaped relations", docx(**relations("attached&#84;emplate", mode=' TargetMode="&#x45;xternal"'))),
    (
        "quoted with apostrophes",
        docx(**{name: content.replace(b'"', b"'") for name, content in relations("oleObject").items()}),
    ),
    (
        "prefixed",
        docx(
            **{
                name: content.replace(b"<Rel", b"<r:Rel")
                .replace(b"</Rel", b"</r:Rel")
                .replace(b"xmlns=", b"xmlns:r=")
                for name, content in relations("oleObject").items()
            }
        ),
    ),
    (
        "relations in UTF-16",
        docx(
            **{
                name: content.decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")
                for name, content in relations("attachedTemplate").items()
            }
        ),
    ),
    ("relations in capitals", docx(**relations("attachedTemplate", place="WORD/_RELS/SETTINGS.XML.RELS"))),
    ("relations behind a backslash", docx(**relations("frame", place="word\\_rels\\a.xml.rels"))),
    ("relations of an escaped name", docx(**relations("frame", place="word/_rels/a.xml.re%6Cs"))),
    (
        "relations of a sheet",
        xlsx(**relations("oleObject", place="xl/externalLinks/_rels/externalLink1.xml.rels")),
    ),
    ("entities", docx(**{"_rels/.rels": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
    ("entities that multiply", docx(**{"_rels/.rels": BILLION_LAUGHS})),
    ("relations that are no XML", docx(**{"_rels/.rels": b"<a"})),
    ("endless relations", docx(**{"_rels/.rels": b"<a>" + b"<b/>" * 200_001 + b"</a>"})),
    ("relations that unpack to much", docx(**{"_rels/.rels": b"<a>" + b" " * 40_000_000 + b"</a>"})),
    ("many relations", docx(**{f"_rels/{n}.rels": b"<a>" + b"<b/>" * 1_000 + b"</a>" for n in range(201)})),
    ("an endless attribute", docx(**{"_rels/.rels": b'<a b="' + b"c" * 9_000_000 + b'"/>'})),
    ("macros in capitals", docx(**{"word/VBAPROJECT.BIN": b"x"})),
    ("macros behind a backslash", docx(**{"word\\vbaProject.bin": b"x"})),
    ("macros in a sheet", xlsx(**{"xl/vbaProject.bin": b"x"})),
    ("two parts of one name", docx(**{"WORD/document.xml": b"<a/>"})),
    ("open document with macros", open_document("text", **{"Basic/Standard/Module1.xml": b"x"})),
    ("open document with macros deep down", open_document("text", **{"/Object 1/basic/a.xml": b"x"})),
    ("open document with scripts", open_document("spreadsheet", **{"Scripts/python/x.py": b"x"})),
    (
        "encrypted open document",
        open_document("text", **{"META-INF/manifest.xml": b"<m:a xmlns:m='m'><m:encryption-data/></m:a>"}),
    ),
    ("document and open document with macros", open_document("text", **content_types("a/vbaProject"))),
    *(
        (f"chart linked to {target}", docx(**relations("oleObject", target, place=CHART_LINKS)))
        for target in ("http://evil.test/a.xlsx", "\\\\server\\a.xlsx", "file://server/a.xlsx", "")
    ),
    ("an object within a chart", docx(**relations("oleObject", "a.bin", mode="", place=CHART_LINKS))),
    (
        "an object linked by a document",
        docx(**relations("oleObject", "a.xlsx", place="word/_rels/document.xml.rels")),
    ),
    (
        "a main part that is missing",
        packed({"word/a.xml": b"<a/>"} | main_part("/word/b.xml", f"{WORD}.document.main+xml")),
    ),
    ("another document in a comment", docx()[:-2] + len(docx()).to_bytes(2, "little") + docx()),
    ("a document behind a document and a line ending", docx() + docx()[-22:] + b"\r\n"),
    ("an empty directory behind a document", docx() + b"PK\x05\x06" + b"\0" * 18),
    ("a directory that leads before the file", docx()[:-6] + b"\xff\xff\0\0" + docx()[-2:]),
    (
        "document packed by bzip2",
        packed({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"x"}, method=12),
    ),
    ("old binary document", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
)
"""Name and content of office documents that may run or load something by themselves."""

RICH_TEXTS: tuple[bytes, ...] = (
    *(rb"{\rtf1\ansi x}", rb"{\rt", rb"{\rtx", rb"{\RTF1 x}", b"\xef\xbb\xbf{\\rtf1}", b" \t\r\n{\\rtf1}"),
    *(b"{ \\rtf1}", b"{\r\n\\rtf1}", b"\n" * 5_000 + b"{\\rtf1}", b" " * 300_000 + b"{\\rtf1}"),
    *("\u200b\u00a0{\\rtf1}".encode(), b"\x1b{\\rtf1}", b" " * 262_141 + b"{\\rtf1}"),
)
"""Texts that Word opens as RTF whatever their names."""

REFUSED: tuple[tuple[str, bytes], ...] = (
    ("archive", ARCHIVE),
    ("archives in an archive", BOMB_IN_ARCHIVE),
    ("document that unpacks to half a gigabyte", BOMB_AS_DOCUMENT),
    ("document of five thousand parts", MANY_PARTS),
    ("document with macros", docx(**{"word/vbaProject.bin": b"x"})),
    ("archive cut short", docx()[:-30]),
    ("archive with a bad directory", docx().replace(b"PK\x01\x02", b"PK\x01\x09")),
    ("open document of another kind", open_document("graphics")),
    ("gzip", b"\x1f\x8b\x08" + b"\0" * 40),
    ("7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 40),
    ("rar", b"Rar!\x1a\x07\0" + b"\0" * 40),
    ("elf", b"\x7fELF\x02\x01\x01" + b"\0" * 40),
    ("exe", b"MZ\x90\0" + b"\0" * 40),
    ("shell script", b"#!/bin/sh\nrm -rf /"),
    ("page", PAGE),
    ("page behind blanks", b"\xef\xbb\xbf \r\n\t" + PAGE),
    ("svg", SVG),
    ("svg of another prefix", b'<s:a xmlns:s="http://www.w3.org/2000/svg"/>'),
    ("picture and page", png(tail=PAGE)),
    ("gif and script", gif()[:-1] + b"/*<script>alert(1)</script>*/;"),
    ("picture and archive", png(tail=ARCHIVE)),
    ("pdf and archive", PDF + ARCHIVE),
    ("video and archive", media(b"isom") + ARCHIVE),
    ("picture without a size", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\xff\xd9"),
    ("picture of no pixels", png(0, 0)),
    ("picture of nothing", b"\x89PNG\r\n\x1a\n"),
    ("avif", media(b"avif")),
    ("matroska", webm(b"matroska")),
    ("text of another encoding", "выгрузка".encode("cp1251")),
    ("text that turns binary", b"a" * 5_000 + b"\xff\xfe\0"),
    ("text with a nul", b"a\0b"),
    ("speech", b"OggS" + b"\0" * 60),
)
"""Name and content of what is refused."""

NAMES: tuple[tuple[str, str | None], ...] = (
    *(
        (f"setup.{ending}", f"setup.{ending}.txt")
        for ending in (
            "bat cmd com exe scr msi hta js jse vbs vbe wsf wsh ps1 url lnk scf reg inf cpl docm dotm xlsm "
            "html htm mht svg xml xsl csv tsv rtf doc command sh desktop py jar library-ms search-ms"
        ).split()
    ),
    ("SETUP.BAT", "SETUP.BAT.txt"),
    ("setup.txt.bat", "setup.txt.bat.txt"),
    ("setup.bat.txt", "setup.bat.txt"),
    ("setup.pdf.exe", "setup.pdf.exe.txt"),
    ("setup.bat.", "setup.bat.txt"),
    ("setup.bat . . ", "setup.bat.txt"),
    ("setup.bat\u00a0\u3000", "setup.bat.txt"),
    ("setup.b\u200ba\u2060t", "setup.bat.txt"),
    ("setup.tx\u0336t", "setup.tx\u0336t.txt"),
    ("setup.txt\u3164.bat", "setup.txt.bat.txt"),
    ("setup\uff0ebat", "setup\uff0ebat.txt"),
    ("setup.txt\uff0ebat", "setup.txt\uff0ebat.txt"),
    ("setup.ｔｘｔ", "setup.ｔｘｔ.txt"),
    ("txt.\u202etab", "txt.tab.txt"),
    ("a.txt::$DATA", "a.txt__$DATA.txt"),
    ("a.bat:b.txt", "a.bat_b.txt"),
    ("CON", "_CON.txt"),
    ("con.txt", "_con.txt"),
    ("Nul .tar.txt", "_Nul .tar.txt"),
    ("COM1.log", "_COM1.log"),
    ("lpt¹.txt", "_lpt¹.txt"),
    ("contract.txt", "contract.txt"),
    (".bat", "bat.txt"),
    (".txt", "txt.txt"),
    (".htaccess", "htaccess.txt"),
    ("", None),
    (" . ", None),
    ("\u202e\u200b", None),
    ("../..", None),
    ("notes", "notes.txt"),
    ("log.LOG", "log.LOG"),
    ("README.md", "README.md"),
    ("data.json", "data.json"),
    ("journal .txt", "journal.txt"),
    ("C:\\fakepath\\снимок.txt", "снимок.txt"),
    ("C:\\Users\\Анна\\отчёт.docx", "отчёт.docx.txt"),
    ("\\\\server\\share\\a.txt", "a.txt"),
    ("../../etc/passwd", "passwd.txt"),
    ("отчёт 01/02.txt", "02.txt"),
    ("a.txt/", "a.txt"),
    ("a.txt/. ", "a.txt"),
    ("a\0b\r\nc.txt", "abc.txt"),
    ("a \t\u00a0 b", "a b.txt"),
    ("и\u0306.txt", "й.txt"),
    ("\ud800a.txt\udfff", "a.txt"),
    ('жур"нал.txt', "жур_нал.txt"),
    ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ("ы" * 300 + ".bat", "ы" * 125 + ".txt"),
    ("x" * 15_000, "x" * 196 + ".txt"),
)
"""Names that senders write, and the name under which a text of that name is offered."""
