"""The search of contacts while somebody types, at 10,000 and at 1,000,000 contacts.

Run with DATABASE_URL naming a database of its own, of PostgreSQL or SQLite; an empty
one is filled, a filled one is used as it is:

    DATABASE_URL=postgres://.../contacts_bench python benchmarks/contact_search.py
    DATABASE_URL=sqlite:////.../contacts_bench python benchmarks/contact_search.py

Measured is the service behind the box: 20 hits with their companies, of words that
nobody, a few, thousands and nearly all contacts have, as they come letter by letter.
"""

import argparse
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from benchmarks.registers import LARGE, Registers, show
from contacts.services.find_contacts import find_contacts

LIMIT = 1.5
TYPED = (
    *("a", "å", "b", "s", "an", "anou", "agnes", "oslo", "trond", "københavn"),
    *("agnes o", "agnes olsen", "oslo h", "van den", "as oslo", "bakeri b.v."),
    *("D-0000", "D-0000123", "contact1", "contact77@", "@"),
    *("+47 2", "22 00", "0047 22", "08 200", "agnes 2200"),
    *("xyzzy", "xyzzy agnes", "agnes xyzzy", "oslo bergen", "as ab oy"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=LARGE)
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    registers = Registers(options.contacts)
    figures = {
        text: registers.measured(
            lambda size, text=text: find_contacts(text=text), rounds=options.rounds
        )
        for text in TYPED
    }
    show("typed", figures, limit=LIMIT)


if __name__ == "__main__":
    main()
