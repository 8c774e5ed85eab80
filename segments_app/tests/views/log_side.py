"""What the stories of letters and logging share: a segment and who visits it."""

from django.contrib.auth.models import Group, User
from django.test import Client

from contacts.models import Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionTemplate
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.tests.factories import make_segment


def visitor(name: str, role: str) -> Client:
    """Return the browser of a user with this role."""
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


def letter_segment(people: int = 2, **values) -> Segment:
    """Return a segment of so many persons who each get a letter on paper."""
    jon, _new = Salesperson.objects.get_or_create(code="JON", defaults={"name": "Jon"})
    template = make_template(
        f"LETTER{InteractionTemplate.objects.count()}",
        description="Christmas letter",
        default_language="en",
        correspondence_type="hard_copy",
        languages={"en": make_document("Dear {{ contact_name }}", "See you!")},
    )
    company = make_company("Kaffe AS")
    contacts = [
        make_person(
            f"Person No{number:03}",
            company=company,
            address=f"Bakken {number}",
            city="Voss",
            email=f"no{number}@example.no",
        )
        for number in range(1, people + 1)
    ]
    return make_segment(*contacts, template=template, salesperson=jon, **values)


def seen(segment: Segment) -> dict[str, str]:
    """What the log page carries of the segment that it shows."""
    segment.refresh_from_db()
    return {
        "expected_version": segment.steps_version,
        "seen_at": segment.updated_at.isoformat(),
    }


def text(response) -> str:
    """The page as its reader sees it: no matter how the lines are broken."""
    return " ".join(response.content.decode().split())
