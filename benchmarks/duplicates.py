"""Searching 25,000, 50,000 and 100,000 contacts for duplicates: time, memory, quality.

Run with DATABASE_URL naming an empty PostgreSQL database for benchmarks; the contacts
made here stay in it:

    DATABASE_URL=postgres://.../bench python benchmarks/duplicates.py

A fifth are companies. One contact in twenty was entered twice, each time in another
way: a slip of the pen, an initial, another legal form, no e-mail, a mobile number
instead of a phone. Colleagues share a switchboard and an address, every tenth firm has
one e-mail address for all, and 2,000 people gave one and the same phone. The second
search of each size is the one that is told: it finds its pairs written already.
"""

import argparse
import datetime
import os
import random
import resource
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.core.management import call_command
from django.db import connection, transaction

from contacts.choices import ContactType
from contacts.models import Contact, DuplicateKey, DuplicatePair
from contacts.models.upsert import insert_rows
from contacts.services.duplicates.find_duplicates import Search, find_duplicates

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
SYLLABLES = (
    "ber dal hol lun nor sol vik ask fos gran hau lie mo nes rud sand tor".split()
)
FIRST = (
    "Ingrid Kari Anne Marit Liv Berit Astrid Solveig Bjørg Hilde Randi Jan Per Bjørn "
    "Ole Lars Kjell Knut Svein Arne Thomas Geir Tor Morten Kristian Åse Øyvind Håkon "
    "Sofie Emma Nora Ella Olivia Maja Jakob Emil Noah Oliver Filip William Lukas"
).split()
AT_ONCE = 5_000
EVERY_TWICE = 20
SHARED_PHONE = "+4780000000"


def surname(chance: random.Random) -> str:
    return "".join(chance.choices(SYLLABLES, k=3)).capitalize()


def place(chance: random.Random) -> dict[str, str]:
    town = chance.randrange(400)
    return {
        "address": f"{chance.choice(SYLLABLES).title()}veien {chance.randrange(300)}",
        "postcode": f"{1000 + town * 20 + chance.randrange(5):04}",
        "city": f"City {town}",
        "country": "NO",
    }


def company(number: int, chance: random.Random) -> Contact:
    name = f"{surname(chance)} {surname(chance)} AS"
    domain = f"{name.split()[0].lower()}{number}.example"
    return Contact(
        number=f"D-{number:08}",
        type=ContactType.COMPANY,
        name=name,
        email=f"post@{domain}",
        home_page=f"https://www.{domain}",
        phone_e164=f"+4722{number:06}",
        **place(chance),
    )


def person(number: int, chance: random.Random, employer: Contact | None) -> Contact:
    first, last = chance.choice(FIRST), surname(chance)
    made = Contact(
        number=f"D-{number:08}",
        type=ContactType.PERSON,
        name=f"{first} {last}",
        first_name=first,
        surname=last,
        email=f"{first}.{last}{number}@mail.example".lower(),
        mobile_e164=f"+479{number:07}",
        company=employer,
    )
    where = place(chance)
    if employer:
        made.phone_e164 = employer.phone_e164
        where = {name: getattr(employer, name) for name in where}
        if employer.pk % 10 == 0:
            made.email = employer.email
    for name, value in where.items():
        setattr(made, name, value)
    if number % 50 == 0:
        made.phone_e164 = SHARED_PHONE
    return made


def again(row: Contact, number: int, chance: random.Random) -> Contact:
    """The same contact as somebody else typed it."""
    twin = Contact(
        **{
            field.attname: getattr(row, field.attname)
            for field in Contact._meta.concrete_fields
            if not field.primary_key and not field.generated
        }
    )
    twin.number = f"D-{number:08}"
    way = chance.randrange(4)
    if row.is_company:
        twin.name = row.name.replace(" AS", (" A/S", "", " Norge AS", " as")[way])
        twin.home_page = "" if way else row.home_page
        twin.email = row.email if way % 2 else ""
    elif way == 0:
        letters = list(row.surname)
        letters[2], letters[3] = letters[3], letters[2]
        twin.surname = "".join(letters)
        twin.name = f"{row.first_name} {twin.surname}"
    elif way == 1:
        twin.first_name = f"{row.first_name[0]}."
        twin.name = f"{twin.first_name} {row.surname}"
        twin.company_id = None
    elif way == 2:
        twin.email, twin.mobile_e164 = "", ""
    else:
        twin.name = row.name.upper()
        twin.phone_e164, twin.mobile_e164 = row.mobile_e164, ""
        twin.address, twin.postcode = "", ""
    return twin


def fill(upto: int) -> None:
    """Add contacts until there are `upto`; every twentieth is one that was there."""
    have = Contact.objects.count()
    chance = random.Random(have)
    companies = (upto - have) // 5
    numbers = iter(range(have + 1, upto + 1))
    add([(company, next(numbers)) for _each in range(companies)], chance)
    employers = list(Contact.objects.companies().order_by("-pk")[:companies])
    people = [
        (person, number, chance.choice(employers) if number % 3 else None)
        for number in numbers
    ]
    add(people, chance)


def add(recipes: list[tuple], chance: random.Random) -> None:
    made: list[Contact] = []
    for make, number, *more in recipes:
        if number % EVERY_TWICE == 0 and made:
            source = made[-1]
            twin = again(source, number, chance)
            SEEDED.add((source.number, twin.number))
            made.append(twin)
        else:
            made.append(make(number, chance, *more))
        if len(made) == AT_ONCE:
            insert_rows(made)
            made = []
    insert_rows(made)


SEEDED: set[tuple[str, str]] = set()


def search(number: int) -> tuple[float, Search]:
    started = time.perf_counter()
    *_chunks, last = find_duplicates(search=Search(number=number), least=60, at=NOW)
    return time.perf_counter() - started, last


def quality() -> tuple[float, float]:
    """How many of the pairs found were entered twice, and how many of those found."""
    found = set(DuplicatePair.objects.values_list("one__number", "other__number"))
    right = len(found & SEEDED)
    return right / len(found), right / len(SEEDED)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=[25_000, 50_000, 100_000]
    )
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database for benchmarks.")
    call_command("migrate", verbosity=0)
    if Contact.objects.exists():
        raise SystemExit("There are contacts in it. Name an empty database.")
    print(
        "| contacts | seconds | to linear | pairs compared | found | precision "
        "| recall | left out | memory |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    first: tuple[int, float] | None = None
    for number, size in enumerate(options.sizes):
        with transaction.atomic():
            fill(size)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        search(2 * number)
        seconds, last = search(2 * number + 1)
        first = first or (size, seconds)
        linear = first[1] * size / first[0]
        precision, recall = quality()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(
            f"| {size:,} | {seconds:.1f} | {seconds / linear:.2f} | "
            f"{last.compared:,} | {last.found:,} | {precision:.1%} | {recall:.1%} | "
            f"{last.shared_by_too_many:,} | {memory:.0f} MB |"
        )
    if DuplicateKey.objects.exists():
        raise SystemExit("Keys of the search were left behind.")


if __name__ == "__main__":
    main()
