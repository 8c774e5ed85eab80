"""Area S4 of Business Central's own tests: saved criteria and reuse.

Each test carries the id of its case.
"""

import pytest

from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_template
from segments_app.models import SavedCriteria
from segments_app.services import (
    add_by_hand,
    add_contacts,
    reuse_criteria,
    save_criteria,
)
from segments_app.tests.factories import NOW, make_segment, these

pytestmark = pytest.mark.django_db


def test_msegment_save_segment_criteria():
    """MSegment.SaveSegmentCriteria: two contacts by hand, kept under a code."""
    segment = make_segment()
    for name in ("Anna Dahl", "Bo Lie"):
        contact = these(make_person(name))
        add_by_hand(segment=segment, contacts=contact, user=None, at=NOW)
    save_criteria(segment=segment, code="TWO", user=None, at=NOW)
    saved = SavedCriteria.objects.get(code="TWO")
    assert saved.steps.count() == 2


def test_mcampseg_segment_save_criteria_and_reuse():
    """MCampSeg.SegmentSaveCriteriaAndReuse: the same lines in the same places."""
    kaffe = make_company("Kaffe AS", city="Oslo")
    for name in ("Bo Lie", "Anna Dahl", "Cecilie Moe"):
        make_person(name, company=kaffe, city="Oslo")
    make_person("Dag Ek", city="Moss")
    template = make_template("LETTER")
    first = make_segment(template=template)
    in_oslo = {"field": "city", "op": "is", "value": "Oslo"}
    add_contacts(segment=first, criteria=in_oslo, user=None, at=NOW)
    saved = save_criteria(segment=first, code="OSLO", user=None, at=NOW)
    second = make_segment(template=template)
    reuse_criteria(segment=second, saved=saved, user=None, at=NOW)

    def lines(segment):
        lines = segment.lines.live().with_effective_values().order_by("position")
        return list(
            lines.values_list("position", "contact__name", "effective_template_id")
        )

    assert lines(second) == lines(first)
    assert lines(first) == [
        (1, "Kaffe AS", template.pk),
        (2, "Anna Dahl", template.pk),
        (3, "Bo Lie", template.pk),
        (4, "Cecilie Moe", template.pk),
    ]
