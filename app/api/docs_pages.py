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
            "docExpansion": "none",
            "validatorUrl": None,
        }
    )
});
"""

_HEAD = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>JokerCRM support desk: API</title>
<link rel="icon" href="{ASSETS_PATH}/favicon.png">
"""
SWAGGER_PAGE = f"""{_HEAD}<link rel="stylesheet" href="{ASSETS_PATH}/swagger-ui.css">
</head>
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
