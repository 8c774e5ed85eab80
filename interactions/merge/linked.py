"""Pictures and videos that lie outside: whoever opens the document would fetch them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem
from .package import OUTSIDE, Package, Relation
from .wordxml import RELATIONS, Element, paragraph_of, place, remove, text_of, w

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
VML = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"
# What a linked picture takes along: the outermost of these inside its run.
HOLDERS = (w("drawing"), w("pict"), f"{COMPATIBILITY}AlternateContent")
FILLED = (f"{VML}imagedata", f"{VML}fill", f"{VML}stroke")
SOURCES = ("src", f"{OFFICE}href", f"{OFFICE}althref")
# A video of the web is a page that Word opens in place of the picture on it.
VIDEO = "{*}webVideoPr"


def unlink_media(package: Package, labels: Mapping[str, str]) -> list[Problem]:
    """Take linked pictures and videos out and say so.

    `labels` are what people call the parts.
    """
    removed: list[Problem] = []
    for part in list(package.members):
        if package.is_xml(part):
            removed += _without_videos(package, part, labels.get(part, part))
        linked = {
            relation.id: relation
            for relation in package.relations(part)
            if relation.external and relation.kind == "image"
        }
        if linked:
            removed += _unlink(package, part, linked, labels.get(part, part))
    for part, label in labels.items():
        removed += _without_sources(package, part, label)
    return removed


def _unlink(
    package: Package, part: str, linked: Mapping[str, Relation], label: str
) -> list[Problem]:
    root = package.root(part)
    removed = []
    for element in list(root.iter(etree.Element)):
        for name, value in list(element.attrib.items()):
            if not name.startswith(f"{{{RELATIONS}}}") or value not in linked:
                continue
            removed.append(_removed(linked[value].target, label, element))
            del element.attrib[name]
            if element.get(f"{{{RELATIONS}}}embed") is None:
                _take_out(element)
    package.members[part] = text_of(root).encode()
    for relation in linked.values():
        package.drop(part, relation)
    return removed


def _without_sources(package: Package, part: str, label: str) -> list[Problem]:
    """Take the addresses out that old drawings name beside their picture."""
    root = package.root(part)
    removed = []
    for element in root.iter(*FILLED):
        for name in SOURCES:
            if OUTSIDE.match(element.get(name, "")):
                removed.append(_removed(element.attrib.pop(name), label, element))
    if removed:
        package.members[part] = text_of(root).encode()
    return removed


def _without_videos(package: Package, part: str, label: str) -> list[Problem]:
    """Leave of a video the picture that stands for it."""
    root = package.root(part)
    videos = list(root.iter(VIDEO))
    places = [place(label, paragraph_of(video)) for video in videos]
    for video in videos:
        extension = video.getparent()
        remove(video if extension is None or len(extension) > 1 else extension)
    if videos:
        package.members[part] = text_of(root).encode()
    return [_removed_video(where) for where in places]


def _take_out(element: Element) -> None:
    holder = None
    for above in element.iterancestors():
        if above.tag == w("r"):
            break
        holder = above if above.tag in HOLDERS else holder
    if holder is not None:
        remove(holder)


def _removed(target: str, label: str, element: Element) -> Problem:
    return Problem(
        "linked_picture",
        place(label, paragraph_of(element)),
        _("A picture that lies outside the document is left out: %(target)s")
        % {"target": target[:100]},
        _("Insert the picture into the document instead of linking it."),
    )


def _removed_video(where: str) -> Problem:
    return Problem(
        "linked_video",
        where,
        _("A video that lies outside the document is left out; its picture stays."),
        _("Write the address of the video under the picture."),
    )
