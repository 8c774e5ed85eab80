"""Where somebody came from, as a page sends it along."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest, asked: str, *, otherwise: str) -> str:
    """Return `asked` if it is on this site."""
    here = url_has_allowed_host_and_scheme(asked, {request.get_host()})
    return asked if here else otherwise
