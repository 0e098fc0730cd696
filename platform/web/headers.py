"""The security headers of every answer."""

from flask import Flask, Response, g, request

from shuke.web.configuration import Configuration

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "manifest-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "accelerometer=(), camera=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=()",
}
_ONE_YEAR = "max-age=31536000; includeSubDomains"


def add_headers(app: Flask, configuration: Configuration) -> None:
    """Have them added last, to errors and static files too; a screen may set a stricter policy itself."""

    @app.after_request
    def complete(response: Response) -> Response:
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        if "frame-ancestors 'none'" not in response.headers["Content-Security-Policy"]:
            response.headers.remove("X-Frame-Options")  # which knows of no list of sites
        if configuration.is_https:
            response.headers["Strict-Transport-Security"] = _ONE_YEAR
        if request.endpoint != "static" and "visitor" in g:
            response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("Server", None)
        return response
