"""The form of a page as a browser has it."""

from typing import Any

from django.http import HttpResponse
from lxml import html


def opened(
    page: HttpResponse, *, form: str = "//main//form[@method]"
) -> dict[str, Any]:
    """Everything that is sent when nothing is changed in the form of the page.

    `form` says where the form is, where there are several.
    """
    (found,) = html.fromstring(page.content.decode()).xpath(form)
    for empty in found.xpath(".//input[not(@value) and not(@type='file')]"):
        if empty.get("type") not in ("checkbox", "radio"):
            empty.set("value", "")
    for area in found.xpath(".//textarea"):
        area.text = (area.text or "").removeprefix("\n")
    sent: dict[str, Any] = {}
    for name, value in found.form_values():
        sent.setdefault(name, []).append(value)
    return sent
