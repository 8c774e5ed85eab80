"""Letters of three people, alone and in one document, and what is read in them."""

import io

from lxml import etree

from interactions.merge import compile_template

from .ooxml import assert_sound, w
from .word import members, record
from .wordlike import DRAWING

PEOPLE = [
    record(
        contact_no=f"C-{number}",
        contact_name=name,
        contact_first_name=name.partition(" ")[0],
        contact_city=city,
    )
    for number, (name, city) in enumerate(
        [("Åse Vik", "Bergen"), ("Bo & co", "Umeå"), ("Cy <x>", "Bergen")]
    )
]


def merged(data, people=PEOPLE):
    out = io.BytesIO()
    assert compile_template(data).merge_document(people, out) == len(people)
    assert_sound(out.getvalue())
    return out.getvalue()


def single(data, values=PEOPLE[0]):
    result = compile_template(data).render_letter(values)
    assert_sound(result)
    return result


def part(data, name="word/document.xml"):
    return etree.fromstring(members(data)[name])


def values(root, name, attribute="val"):
    """An attribute of every such element, in order."""
    return [each.get(w(attribute)) for each in root.iter(w(name))]


def said(root):
    return "".join(each.text or "" for each in root.iter(w("t")))


def pictures(root):
    name = f"{{{DRAWING}/wordprocessingDrawing}}docPr"
    return [each.get("id") for each in root.iter(name)]
