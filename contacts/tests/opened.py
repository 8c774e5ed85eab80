"""The form of a page as a browser has it."""

from typing import Any

from django.http import HttpResponse
from lxml import html


def opened(page: HttpResponse) -> dict[str, Any]:
    """Everything that is sent when nothing is changed in the form of the page."""
    (form,) = html.fromstring(page.content.decode()).xpath("//main//form[@method]")
    for empty in form.xpath(".//input[not(@value) and not(@type='file')]"):
        if empty.get("type") not in ("checkbox", "radio"):
            empty.set("value", "")
    for area in form.xpath(".//textarea"):
        area.text = (area.text or "").removeprefix("\n")
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent
