"""A page of the list of contacts, at 10,000 and at 1,000,000 contacts.

Run with DATABASE_URL naming a PostgreSQL database of its own; an empty one is filled,
a filled one is used as it is:

    DATABASE_URL=postgres://.../contacts_bench python benchmarks/contact_list.py

Measured is what the page asks before it is drawn: the first page, the last, the next
and the previous one from the middle, and one that starts like a text, in every order.
"""

import argparse
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.http import QueryDict

from benchmarks.registers import LARGE, Registers, show
from contacts.models import Contact
from contacts.models.orders import ORDERS
from contacts.views.table import contact_table

LIMIT = 1.3
STARTS = {"name": "m", "number": "D-0005", "city": "o", "email": "contact5"}


def in_the_middle(size: int) -> int:
    """Return the key of a contact in the middle of the register."""
    later = Contact.objects.filter(number__gte=f"D-{size // 2:07}")
    return later.order_by("number").values_list("pk", flat=True)[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    registers = Registers(options.contacts)
    middle = dict(zip(registers.sizes, registers.each(in_the_middle), strict=True))
    places = {
        "first": "",
        "last": "end=1",
        "next": "after={key}",
        "previous": "before={key}",
    }
    figures = {}
    for code in ORDERS:
        for asked in (code, f"-{code}"):
            wanted = dict(places)
            if code in STARTS:
                wanted[f"from {STARTS[code]}"] = f"start={STARTS[code]}"
            for label, place in wanted.items():

                def page(size: int, asked: str = asked, place: str = place) -> object:
                    key = place.format(key=middle[size])
                    return contact_table(QueryDict(f"ordering={asked}&{key}"))

                figures[f"{asked}, {label}"] = registers.measured(
                    page, rounds=options.rounds
                )
    show("page", figures, limit=LIMIT)


if __name__ == "__main__":
    main()
