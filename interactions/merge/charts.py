"""Charts: a part belongs to one chart, so every letter has a copy of its own."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from .package import RELS_NS, TYPES_NS, Package
from .part_names import relations_name
from .wordxml import RELATIONS, Element
from .zipwriter import Member, pack

# What is added to the relationship of a chart; nothing in the first letter.
COPY = "_copy"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
REFERENCE_ID = f"{{{RELATIONS}}}id"


@dataclass(frozen=True)
class Chart:
    """A chart: its relationship, its part and the relationships of that, packed."""

    id: str
    target: str
    content_type: str
    part: Member
    relations: Member | None

    @property
    def relation(self) -> str:
        """How the document refers to the chart."""
        return (
            f'<Relationship xmlns="{RELS_NS[1:-1]}" Id={quoteattr(self.id)} '
            f'Type="{RELATIONS}/chart" Target={quoteattr(self.target)}/>'
        )

    @property
    def override(self) -> str:
        """What the list of contents says of the chart."""
        name = quoteattr(f"/{self.part.name.decode()}")
        return (
            f'<Override xmlns="{TYPES_NS[1:-1]}" PartName={name} '
            f"ContentType={quoteattr(self.content_type)}/>"
        )


def copy_mark(letter: int) -> str:
    """What tells the charts of a letter from those of others, the first being 0."""
    return f"_letter{letter + 1}" if letter else ""


class Charts:
    """The charts of a letter; those of `document` are named per letter."""

    def __init__(self, package: Package, document: Element) -> None:
        self._folder = posixpath.dirname(package.main)
        parts = package.related(package.main, "chart")
        self._charts: dict[str, Chart] = {}
        for reference in document.iter(CHART):
            part_id = reference.get(REFERENCE_ID, "")
            if part_id in parts:
                reference.set(REFERENCE_ID, f"{part_id}{{{{ {COPY} }}}}")
                self._charts[part_id] = _chart(part_id, parts[part_id], package)

    def __bool__(self) -> bool:
        return bool(self._charts)

    def copies(self, letters: int) -> Iterator[Chart]:
        """Yield the charts of all letters but the first."""
        for letter in range(1, letters):
            for chart in self._charts.values():
                yield self._copy(chart, copy_mark(letter))

    def _copy(self, chart: Chart, mark: str) -> Chart:
        name = chart.part.name.decode().removesuffix(".xml") + f"{mark}.xml"
        relations = chart.relations and replace(
            chart.relations, name=relations_name(name).encode()
        )
        return replace(
            chart,
            id=chart.id + mark,
            target=posixpath.relpath(name, self._folder),
            part=replace(chart.part, name=name.encode()),
            relations=relations,
        )


def _chart(part_id: str, name: str, package: Package) -> Chart:
    relations = package.members.get(relations_name(name))
    return Chart(
        part_id,
        name,
        package.types[name],
        pack(name, package.members[name]),
        pack(relations_name(name), relations) if relations else None,
    )
