"""The pages that show the contract. All they load comes from this service (fastapi-offline's files).

The pages carry a policy that keeps browsers from asking anybody else, whatever the scripts want.
"""

import json
from collections.abc import Mapping
from importlib.resources import files

from starlette.responses import Response

ASSETS_PATH = "/docs/assets"
SWAGGER_START = "swagger-start.js"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
MEDIA_TYPES: Mapping[str, str] = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "redoc.standalone.js": "text/javascript; charset=utf-8",
    "favicon.png": "image/png",
}
FOREIGN_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
"""Redoc shows this picture beside its name; ours stands in for it."""

SWAGGER_SCRIPT = f"""SwaggerUIBundle({
    json.dumps(
        {
            "url": "/openapi.json",
            "dom_id": "#page",
            "deepLinking": True,
            "docExpansion": "list",
            "validatorUrl": None,
        }
    )
});
"""

PLAIN_STYLE = """<style>
body { margin: 0; background: #fff; color: #263238; font: 1rem/1.6 system-ui, sans-serif; }
main { max-width: 40rem; margin: 0 auto; padding: 3rem 1.5rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.75rem; line-height: 1.25; }
code { padding: .1em .35em; border-radius: 4px; background: #eceff1; }
a { color: #1565c0; }
@media (prefers-color-scheme: dark) {
  body { background: #1b2226; color: #eceff1; }
  code { background: #37474f; }
  a { color: #90caf9; }
}
</style>
"""
"""Style of pages without scripts."""


def head(title: str, language: str = "en") -> str:
    """Begin a page; the title is HTML."""
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="{ASSETS_PATH}/favicon.png">
"""


SWAGGER_STYLE = """<style>
/* The document has no links: the column is empty, and makes tables wider than a phone. */
.swagger-ui .response-col_links { display: none; }
.swagger-ui .responses-table { table-layout: fixed; }
.swagger-ui .response-col_status { width: 4rem; }
.swagger-ui select { max-width: 100%; }
</style>
"""

_HEAD = head("JokerCRM support desk: API")
SWAGGER_PAGE = f"""{_HEAD}<link rel="stylesheet" href="{ASSETS_PATH}/swagger-ui.css">
{SWAGGER_STYLE}</head>
<body>
<div id="page"></div>
<script src="{ASSETS_PATH}/swagger-ui-bundle.js"></script>
<script src="{ASSETS_PATH}/{SWAGGER_START}"></script>
</body>
</html>
"""
REDOC_PAGE = f"""{_HEAD}</head>
<body style="margin: 0">
<redoc spec-url="/openapi.json" hide-hostname></redoc>
<script src="{ASSETS_PATH}/redoc.standalone.js"></script>
</body>
</html>
"""


def page_response(page: str) -> Response:
    """Send a page."""
    headers = {
        "Content-Security-Policy": POLICY,
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return Response(page, media_type="text/html", headers=headers)


def asset_response(name: str) -> Response | None:
    """Send a file that a page loads; None if none of them loads it."""
    if name == SWAGGER_START:
        content, kind = SWAGGER_SCRIPT.encode(), "text/javascript; charset=utf-8"
    elif name in MEDIA_TYPES:
        content, kind = _content(name), MEDIA_TYPES[name]
    else:
        return None
    headers = {"Content-Type": kind, "Cache-Control": "public, max-age=3600"}
    return Response(content, headers=headers)


def _content(name: str) -> bytes:
    content = files("fastapi_offline").joinpath("static", name).read_bytes()
    return content.replace(FOREIGN_LOGO, f"{ASSETS_PATH}/favicon.png".encode())
