"""Whatever is done in whatever order: the lines are those of plain sets."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app import services
from segments_app.models import SavedCriteria, Segment
from segments_app.services import SegmentError
from segments_app.services.change_line import change_line
from segments_app.services.change_lines import change_lines
from segments_app.services.edit_step import editing, leaving_out, totals_of_later
from segments_app.services.sources import Group, OpenSegment, on_segment
from segments_app.services.write_saved import create_saved
from segments_app.tests.factories import NOW, make_segment

from .step_model import BY_HAND, COMBINING, CRITERIA, NAMING, Element, Model, Who

pytestmark = pytest.mark.django_db

COUNT = 7  # contacts
CHANGES = [
    *({"city": "Oslo"}, {"city": "Moss"}, {"language": "da"}, {"language": ""}),
    *({"privacy_blocked": True}, {"privacy_blocked": False}),
    *({"exclude_from_segment": True}, {"exclude_from_segment": False}),
    *({"minor": True}, {"minor": False}),
]


@pytest.fixture
def contacts():
    """A Danish company with two people, one in Oslo with one, two by themselves."""
    kaffe = make_company("Kaffe AS", language="da", city="Moss")
    te = make_company("Te AS", city="Oslo")
    make_person("Anna Dahl", company=kaffe, city="Oslo")
    make_person("Bo Lie", company=kaffe, exclude_from_segment=True)
    make_person("Cecilie Moe", company=te, language="da")
    make_person("Dag Ek", city="Oslo", privacy_blocked=True)
    make_person("Eva Foss", city="Moss", language="da")
    return list(Contact.objects.order_by("pk"))


def as_modelled(contacts: list[Contact]) -> list[Who]:
    """The same contacts for the model, in the same order."""
    names = ("name", "city", "language", "privacy_blocked", "exclude_from_segment")
    who = {
        contact.pk: Who(
            key=contact.pk, **{name: getattr(contact, name) for name in names}
        )
        for contact in contacts
    }
    for contact in contacts:
        if contact.organisation_id:
            who[contact.pk].organisation = who[contact.organisation_id]
    return list(who.values())


@dataclass
class Story:
    """The same things done to the model and to the segment."""

    model: Model
    segment: Segment

    def step(self, kind: str, criteria: str, option: bool) -> None:
        element = asking(self.model.cursor + 1, kind, criteria, option)
        self.model.take(element)
        take = getattr(services, f"{kind}_contacts")
        take(criteria=CRITERIA[element.criteria][0], **self.asked(element))

    def by_hand(self, kind: str, numbers: frozenset[int]) -> None:
        members = frozenset(self.model.everybody[number] for number in numbers)
        contacts = Contact.objects.filter(pk__in=[who.key for who in members])
        if kind == "remove_by_hand":
            members &= self.model.on_it
        if members:
            self.model.take(Element(self.model.cursor + 1, kind, members=members))
        self.whether(
            bool(members), getattr(services, kind), contacts=contacts, **self.common
        )

    def combine(
        self, kind: str, source: str, who: frozenset[int], option: bool
    ) -> None:
        """Combine with a mailing group, or with another segment, of these contacts.

        What becomes of the source later is nothing to the segment.
        """
        members = frozenset(self.model.everybody[number] for number in who)
        option = option and kind == "union"
        element = Element(self.model.cursor + 1, kind, option=option, members=members)
        self.model.take(element)
        contacts = Contact.objects.filter(pk__in=[each.key for each in members])
        there = SOURCES[source](list(contacts))
        services.combine(operation=kind, source=there, **self.asked(element))
        there.rows().delete()

    def move(self, by: int) -> None:
        possible = 0 <= self.model.cursor + by <= len(self.model.steps)
        if possible:
            (self.model.go_back if by < 0 else self.model.redo)()
        move = services.go_back if by < 0 else services.redo
        self.whether(possible, move, segment=self.segment, user=None)

    def jump(self, number: int) -> None:
        self.model.cursor = number % (len(self.model.steps) + 1)
        services.go_to_step(segment=self.segment, position=self.model.cursor, user=None)

    def edit(self, number: int, kind: str, criteria: str, option: bool) -> None:
        position = 1 + number % (len(self.model.steps) + 1)
        new = asking(position, kind, criteria, option)
        old = self.counting(position)
        asked = {"position": position, "kind": kind, **self.asked(new)}
        asked["criteria"] = CRITERIA[new.criteria][0]
        if old is None or old.kind in NAMING or old == new:
            self.whether(False, services.edit_step, **asked)
            return
        recipe = [new if each is old else each for each in self.model.recipe]
        without_user = {name: asked[name] for name in asked if name != "user"}
        self.later_totals(editing(**without_user), position, recipe)
        self.model.replay(recipe)
        services.edit_step(**asked)

    def leave_out(self, number: int) -> None:
        position = 1 + number % (len(self.model.steps) + 1)
        old = self.counting(position)
        if old is not None:
            recipe = [each for each in self.model.recipe if each is not old]
            change = leaving_out(segment=self.segment, position=position, at=NOW)
            self.later_totals(change, position, recipe)
            self.model.replay(recipe)
        self.whether(
            old is not None,
            services.leave_out_step,
            position=position,
            **self.common,
        )

    def refresh(self) -> None:
        changes = self.model.chosen(self.model.recipe) != self.model.on_it
        if changes:
            self.model.replay(self.model.recipe)
        self.whether(changes, services.refresh, **self.common)

    def write(self, number: int, text: str) -> None:
        """Write a personal text for one of those on the segment."""
        lines = self.model.lines
        if lines:
            who = lines[number % len(lines)]
            self.model.texts[who] = text
            line = self.segment.lines.live().get(contact=who.key)
            change_line(line=line, values={"personal_text": text}, user=None, at=NOW)

    def write_all(self, text: str) -> None:
        """Write the same for everybody on the segment."""
        self.model.texts |= dict.fromkeys(self.model.lines, text)
        lines = self.segment.lines.live()
        change_lines(lines=lines, values={"personal_text": text}, **self.common)

    def reuse(self, mode: str, asked: list[tuple[str, str, bool]]) -> None:
        """Reuse saved criteria with these steps."""
        since = self.model.cursor + 1
        if mode == "replace" and self.model.on_it:
            self.model.clear()
        elements = []
        for one in asked:
            elements.append(asking(self.model.cursor + 1, *one))
            self.model.take(elements[-1])
        self.model.as_one(since)
        parts = [
            {
                "kind": element.kind,
                "criteria": CRITERIA[element.criteria][0],
                "options": element.options,
            }
            for element in elements
        ]
        saved = create_saved(
            code=f"S{SavedCriteria.objects.count()}",
            description="",
            shared=True,
            parts=parts,
            user=None,
            at=NOW,
        )
        services.reuse_criteria(saved=saved, mode=mode, **self.common)

    def change(self, number: int, values: dict[str, Any]) -> None:
        """Something changes about a contact between two steps."""
        who = self.model.everybody[number]
        for name, value in values.items():
            setattr(who, name, value)
        Contact.objects.filter(pk=who.key).update(**values)

    @property
    def common(self) -> dict[str, Any]:
        return {"segment": self.segment, "user": None, "at": NOW}

    def asked(self, element: Element) -> dict[str, Any]:
        return self.common | {"options": element.options}

    def counting(self, position: int) -> Element | None:
        return next((each for each in self.model.recipe if each.step == position), None)

    def whether(self, possible: bool, do: Any, **arguments: Any) -> None:
        """Do it, or see it refused."""
        if possible:
            do(**arguments)
        else:
            with pytest.raises(SegmentError):
                do(**arguments)

    def later_totals(self, change: Any, position: int, recipe: list[Element]) -> None:
        """What is shown before an edit is what every later step would come to."""
        now = self.model.recipe
        steps = [each.step for each in now]
        new = {each.step: number for number, each in enumerate(recipe, start=1)}
        expected = [
            (
                step,
                len(self.model.chosen(now[: steps.index(step) + 1])),
                len(self.model.chosen(recipe[: new[step]])) if step in new else None,
            )
            for step in steps[steps.index(position) :]
        ]
        shown = totals_of_later(change, position=position, at=NOW)
        assert [(each.step, each.before, each.after) for each in shown] == expected

    def compare(self) -> None:
        self.segment.refresh_from_db()
        lines = self.segment.lines.live().order_by("position")
        assert list(lines.values_list("contact", "personal_text")) == [
            (who.key, self.model.texts.get(who)) for who in self.model.lines
        ]
        assert self.segment.position == self.model.cursor
        steps = self.segment.steps.order_by("position")
        figures = ("entered", "left", "total", "kept_out", "taken_with")
        assert list(steps.values_list(*figures)) == [
            (
                *(each.entered, each.left, len(each.lines)),
                *(each.kept_out, each.taken_with),
            )
            for each in self.model.steps
        ]


def mailing_group(contacts: list[Contact]) -> Group:
    group = MailingGroup.objects.create(code=f"G{MailingGroup.objects.count()}")
    ContactMailingGroup.objects.bulk_create(
        ContactMailingGroup(mailing_group=group, contact=contact)
        for contact in contacts
    )
    return Group(group=group)


def other_segment(contacts: list[Contact]) -> OpenSegment:
    return on_segment(make_segment(*contacts, description="Other"))


SOURCES = {"group": mailing_group, "segment": other_segment}


def asking(position: int, kind: str, criteria: str, option: bool) -> Element:
    """All contacts are for adding; anybody else is asked for by criteria."""
    if criteria == "everybody" and kind != "add":
        criteria = "in Oslo"
    return Element(position, kind, criteria, option)


numbers = st.integers(0, COUNT - 1)
criteria = st.sampled_from(sorted(CRITERIA))
kinds = st.sampled_from(["add", "add", "reduce", "refine"])
some = st.frozensets(numbers, min_size=1, max_size=3)
actions = st.one_of(
    st.tuples(st.just("step"), kinds, criteria, st.booleans()),
    st.tuples(st.just("step"), kinds, criteria, st.booleans()),
    st.tuples(st.just("by_hand"), st.sampled_from(BY_HAND), some),
    st.tuples(
        *(st.just("combine"), st.sampled_from(COMBINING)),
        *(st.sampled_from(sorted(SOURCES)), some, st.booleans()),
    ),
    st.tuples(st.just("move"), st.sampled_from([-1, 1])),
    st.tuples(st.just("jump"), numbers),
    st.tuples(st.just("edit"), numbers, kinds, criteria, st.booleans()),
    st.tuples(st.just("leave_out"), numbers),
    st.tuples(st.just("refresh")),
    st.tuples(
        *(st.just("reuse"), st.sampled_from(["add", "replace"])),
        st.lists(st.tuples(kinds, criteria, st.booleans()), min_size=1, max_size=3),
    ),
    st.tuples(st.just("write_all"), st.sampled_from(["Dear!", "Hello!"])),
    st.tuples(st.just("write"), numbers, st.sampled_from(["Dear!", "Hello!"])),
    st.tuples(st.just("change"), numbers, st.sampled_from(CHANGES)),
)


EVERYBODY = ("step", "add", "everybody", False)
WITH_EXCLUDED = ("step", "add", "everybody", True)
KAFFE = frozenset({0})
ALL_BUT_KAFFE = frozenset(range(1, COUNT))
EXCLUDED = frozenset({0, 1, 3})
IN_STEPS = [
    ("add", "in Oslo", False),
    ("add", "Danish or in Moss", False),
    ("reduce", "in Oslo", True),
]


@example(
    done=[  # who was taken off by hand stays off, whatever is taken again
        *(EVERYBODY, ("by_hand", "remove_by_hand", KAFFE)),
        *(("change", 1, {"minor": True}), ("refresh",)),
        *(("edit", 0, "add", "not in Oslo", True), ("move", -1), ("move", 1)),
        *(("edit", 0, "add", "everybody", True), ("leave_out", 1)),
    ]
)
@example(
    done=[  # who comes a third time has what was written the second time
        *(EVERYBODY, ("write", 0, "Dear!"), ("by_hand", "remove_by_hand", KAFFE)),
        *(("by_hand", "add_by_hand", KAFFE), ("write", 4, "Hello!")),
        *(("by_hand", "remove_by_hand", KAFFE), ("leave_out", 5)),
    ]
)
@example(
    done=[  # who may enter by one step is not kept out by another
        *(WITH_EXCLUDED, ("change", 0, {"privacy_blocked": True}), ("refresh",)),
        *(("step", "add", "in Oslo", False), ("change", 1, {"minor": True})),
        *(("refresh",), ("step", "refine", "of a Danish company", True)),
        *(("change", 0, {"privacy_blocked": False}), ("refresh",)),
    ]
)
@example(
    done=[  # a combination is taken again with whom it named
        *(EVERYBODY, ("combine", "intersection", "group", ALL_BUT_KAFFE, False)),
        *(("change", 1, {"exclude_from_segment": True}), ("refresh",)),
        *(("combine", "union", "segment", EXCLUDED, True), ("refresh",)),
        *(("combine", "difference", "segment", KAFFE, False), ("leave_out", 1)),
        *(("edit", 0, "add", "in Oslo", False), ("leave_out", 0)),
    ]
)
@example(
    done=[  # a reuse is gone back as one, with what was written since
        *(EVERYBODY, ("write", 0, "Dear!"), ("reuse", "replace", IN_STEPS)),
        *(("write_all", "Hello!"), ("move", -1), ("write", 2, "Dear!")),
        *(("move", 1), ("jump", 3), ("move", -1), ("move", 1), ("jump", 3)),
        *(("move", 1), ("edit", 2, "add", "not in Oslo", True), ("move", -1)),
        *(("jump", 2), ("reuse", "add", IN_STEPS), ("refresh",), ("move", -1)),
    ]
)
@settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(done=st.lists(actions, min_size=6, max_size=14))
def test_the_lines_are_those_of_plain_sets(contacts, done):
    with transaction.atomic():
        story = Story(Model(as_modelled(contacts)), make_segment())
        for name, *arguments in done:
            getattr(story, name)(*arguments)
            story.compare()
        for position in range(len(story.model.steps) + 1):
            story.jump(position)
            story.compare()
        transaction.set_rollback(True)
