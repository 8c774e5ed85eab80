"""Contacts by the million, made by the database itself, the same on every run."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Contact, NumberSeries

from .company import SERIES

FIRST_NAMES = (
    *("Åse", "Bjørn", "Cecilie", "Dag", "Elin", "Frode", "Guro", "Håkon", "Ida"),
    *("Jens", "Kirsten", "Lars", "Mette", "Niels", "Oda", "Preben", "Rikke"),
    *("Søren", "Tuva", "Ulrik", "Aino", "Eero", "Helmi", "Ilmari", "Kaisa"),
    *("Mikko", "Päivi", "Väinö", "Agnes", "Björn", "Ebba", "Gösta", "Märta"),
    *("Anouk", "Bram", "Daan", "Femke", "Joost", "Lotte", "Sanne", "Thijs"),
)
SURNAMES = (
    *("Aasen", "Berg", "Dahl", "Eriksen", "Fjeld", "Grønli", "Haugen", "Iversen"),
    *("Jørgensen", "Kjær", "Lund", "Møller", "Nygaard", "Olsen", "Poulsen", "Riis"),
    *("Sørensen", "Thomsen", "Vestergaard", "Ødegård", "Heikkinen", "Järvinen"),
    *("Korhonen", "Laine", "Mäkelä", "Nieminen", "Virtanen", "Andersson", "Björk"),
    *("Ek", "Lindqvist", "Åberg", "Öberg", "Bakker", "de Boer", "van Dijk", "Jansen"),
    *("Mulder", "Smit", "Visser", "de Vries", "van den Berg", "Meijer"),
)
TRADES = (
    *("Bakeri", "Bygg", "Data", "Elektro", "Fisk", "Foto", "Glass", "Hotell"),
    *("Kaffe", "Klinikk", "Kontor", "Lys", "Maskin", "Møbler", "Papir", "Rør"),
    *("Shipping", "Skole", "Tekstil", "Transport", "Tre", "Trykk", "Verksted"),
)
# City, postcode, country, language, territory, dialling prefix, kind of company.
CITIES = (
    ("Oslo", "0150", "NO", "nb", "NORWAY", "+472", "AS"),
    ("Bergen", "5003", "NO", "nb", "NORWAY", "+475", "AS"),
    ("Trondheim", "7011", "NO", "nb", "NORWAY", "+477", "AS"),
    ("Tromsø", "9008", "NO", "nb", "NORWAY", "+477", "AS"),
    ("København K", "1050", "DK", "da", "DENMARK", "+453", "ApS"),
    ("Aarhus C", "8000", "DK", "da", "DENMARK", "+458", "ApS"),
    ("Odense C", "5000", "DK", "da", "DENMARK", "+456", "A/S"),
    ("Stockholm", "111 29", "SE", "sv", "SWEDEN", "+468", "AB"),
    ("Göteborg", "411 14", "SE", "sv", "SWEDEN", "+4631", "AB"),
    ("Malmö", "211 20", "SE", "sv", "SWEDEN", "+4640", "AB"),
    ("Helsinki", "00100", "FI", "fi", "FINLAND", "+3589", "Oy"),
    ("Tampere", "33210", "FI", "fi", "FINLAND", "+3583", "Oy"),
    ("Jyväskylä", "40100", "FI", "fi", "FINLAND", "+35814", "Oy"),
    ("Amsterdam", "1016 BR", "NL", "nl", "NETHERLANDS", "+3120", "B.V."),
    ("Utrecht", "3511 AD", "NL", "nl", "NETHERLANDS", "+3130", "B.V."),
    ("Rotterdam", "3012 AG", "NL", "nl", "NETHERLANDS", "+3110", "B.V."),
)
STREETS = ("Storgata", "Havnegata", "Skolegaten", "Vestergade", "Kirkkokatu")

# Of five contacts in a row the first is a company, the next three work there and
# the last one works for nobody. Factors without common divisors mix the lists. SQLite
# takes cross joins in the order written, and so never starts from the small lists.
CONTACTS = """
    WITH RECURSIVE n(i) AS (
        SELECT %(first)s UNION ALL SELECT i + 1 FROM n WHERE i < %(last)s
    ),
    first_name(k, name) AS (VALUES {first_names}),
    surname(k, name) AS (VALUES {surnames}),
    trade(k, name) AS (VALUES {trades}),
    street(k, name) AS (VALUES {streets}),
    city(k, name, postcode, country, language, territory, dial, kind)
        AS (VALUES {cities}),
    row AS (
        SELECT i, i - (i - 1) %% 5 AS firm, (i - 1) %% 5 AS seat FROM n
        WHERE {part}
    )
    INSERT INTO contacts_contact (number, type, company_id, name, first_name,
        middle_name, surname, job_title, address, address_2, postcode, city, county,
        country, phone, phone_e164, mobile, mobile_e164, email, email_2, home_page,
        language, correspondence_type, exclude_from_segment, privacy_blocked, minor,
        parental_consent_received, created_at, updated_at, salutation_id,
        salesperson_id, territory_id)
    SELECT 'D-' || substr(CAST(10000000 + i AS text), 2),
        CASE WHEN seat = 0 THEN 'company' ELSE 'person' END,
        company.id,
        CASE WHEN seat = 0
            THEN surname.name || ' ' || trade.name || ' ' || city.kind
            ELSE first_name.name || ' ' || surname.name END,
        CASE WHEN seat = 0 THEN '' ELSE first_name.name END,
        '',
        CASE WHEN seat = 0 THEN '' ELSE surname.name END,
        CASE WHEN seat = 1 THEN 'General manager' WHEN seat = 2 THEN 'Purchasing'
            ELSE '' END,
        street.name || ' ' || CAST(1 + firm %% 150 AS text),
        '', city.postcode, city.name, '', city.country,
        city.dial || ' ' || CAST(2000000 + i AS text),
        city.dial || CAST(2000000 + i AS text),
        '', '',
        'contact' || CAST(i AS text) || '@volume.example',
        '',
        CASE WHEN seat = 4 THEN '' ELSE 'https://firm' || CAST(firm AS text)
            || '.example' END,
        city.language,
        CASE WHEN i %% 3 = 0 THEN 'hard_copy' ELSE 'email' END,
        i %% 97 = 0, i %% 211 = 0, i %% 307 = 0 AND seat = 4, i %% 614 = 0,
        %(at)s, %(at)s, salutation.id, salesperson.id, territory.id
    FROM row
    CROSS JOIN first_name
    CROSS JOIN surname
    CROSS JOIN trade
    CROSS JOIN street
    CROSS JOIN city
    CROSS JOIN contacts_salutation salutation
    CROSS JOIN contacts_salesperson salesperson
    CROSS JOIN contacts_territory territory
    LEFT JOIN contacts_contact company ON row.seat BETWEEN 1 AND 3
        AND company.number = 'D-' || substr(CAST(10000000 + row.firm AS text), 2)
    WHERE first_name.k = row.i * 7 %% {first_name_count}
        AND surname.k = row.i * 11 %% {surname_count}
        AND trade.k = row.i * 3 %% {trade_count}
        AND street.k = row.firm * 3 %% {street_count}
        AND city.k = row.firm * 5 %% {city_count}
        AND salutation.code =
            CASE WHEN row.seat = 0 THEN 'COMPANY' ELSE 'NEUTRAL' END
        AND salesperson.code =
            CASE row.firm %% 3 WHEN 0 THEN 'HST' WHEN 1 THEN 'KRA' ELSE 'LNI' END
        AND territory.code = city.territory
"""
NEW = "contact.number > %(after)s AND contact.number <= %(until)s"
MAILING_GROUPS = """
    INSERT INTO contacts_contactmailinggroup (contact_id, mailing_group_id)
    SELECT contact.id, mailing.id
    FROM contacts_contact contact CROSS JOIN contacts_mailinggroup mailing
    WHERE {new} AND contact.id %% 10 < CASE mailing.code
        WHEN 'NEWS' THEN 7 WHEN 'FAIR' THEN 3 WHEN 'DESIGN' THEN 2 WHEN 'VIP' THEN 1
        ELSE 0 END
"""
INDUSTRIES = """
    INSERT INTO contacts_contactindustrygroup (contact_id, industry_group_id)
    SELECT contact.id, industry.id
    FROM contacts_contact contact
    JOIN (SELECT id, row_number() OVER (ORDER BY code) - 1 AS place,
            count(*) OVER () AS places FROM contacts_industrygroup) industry
        ON contact.id / 5 %% industry.places = industry.place
    WHERE {new} AND contact.type = 'company'
"""
RELATIONS = """
    INSERT INTO contacts_contactbusinessrelation (contact_id, business_relation_id,
        reference)
    SELECT contact.id, relation.id, ''
    FROM contacts_contact contact
    JOIN contacts_businessrelation relation ON relation.code =
        CASE contact.id / 5 %% 4 WHEN 0 THEN 'CUSTOMER' WHEN 1 THEN 'PROSPECT'
            WHEN 2 THEN 'CUSTOMER' ELSE 'PARTNER' END
    WHERE {new} AND contact.type = 'company'
"""
RESPONSIBILITIES = """
    INSERT INTO contacts_contactjobresponsibility (contact_id, job_responsibility_id)
    SELECT contact.id, responsibility.id
    FROM contacts_contact contact
    JOIN contacts_jobresponsibility responsibility ON responsibility.code =
        CASE contact.job_title WHEN 'Purchasing' THEN 'PURCHASING' ELSE 'DECISIONS' END
    WHERE {new} AND contact.job_title > ''
"""
# About three entries each, over three years: contact 7 has had none, contact 6 six.
ENTRIES = """
    WITH turn(k) AS (VALUES (0), (1), (2), (3), (4), (5))
    INSERT INTO interactions_interactionlogentry (contact_id, company_id, date,
        description, subject, information_flow, initiated_by, evaluation,
        attempt_failed, cost, duration, group_id, template_id, language,
        correspondence_type, email_form, campaign_target, campaign_response,
        segment_number, salesperson_id, contact_via, created_at, delivery_status,
        cancelled, postponed)
    SELECT contact.id, contact.organisation_id,
        {date},
        template.description, '', template.information_flow, template.initiated_by,
        CASE (contact.id + turn.k) %% 9 WHEN 0 THEN 'very_positive'
            WHEN 1 THEN 'positive' WHEN 2 THEN 'neutral' WHEN 3 THEN 'negative'
            ELSE '' END,
        (contact.id + turn.k) %% 23 = 0, template.unit_cost, template.unit_duration,
        template.group_id, template.id, '', template.correspondence_type, 'docx',
        false, false, '', contact.salesperson_id, '', %(at)s, '',
        (contact.id + turn.k) %% 53 = 0, false
    FROM contacts_contact contact
    JOIN turn ON turn.k < contact.id %% 7
    JOIN interactions_interactiontemplate template ON template.code =
        CASE (contact.id + turn.k) %% 4 WHEN 0 THEN 'INVITE' WHEN 1 THEN 'NEWS'
            WHEN 2 THEN 'CALL' ELSE 'VISIT' END
    WHERE {new}
"""
DAYS_AGO = "(contact.id * 7 + turn.k * 191) %% 1095"


def load_volume(*, contacts: int, at: datetime) -> Iterator[str]:
    """Fill the database up to `contacts` contacts; yields each part when it is done.

    What is there stays as it is, so a larger number adds to a smaller one.
    """
    series = NumberSeries.objects.get(code=SERIES)
    missing = contacts - Contact.objects.count()
    if missing <= 0:
        return
    first, last = series.next_number, series.next_number + missing - 1
    parameters: dict[str, Any] = {
        "first": first,
        "last": last,
        "after": series.number(first - 1),
        "until": series.number(last),
        "at": connection.ops.adapt_datetimefield_value(at),
        "today": connection.ops.adapt_datefield_value(timezone.localdate(at)),
    }
    with transaction.atomic():
        for part, statement in _statements():
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)
            yield part
        series.next_number = last + 1
        series.save(update_fields=["next_number"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


PARTS = ("companies", "people", "groups", "industries", "relations", "jobs", "log")


def _statements() -> Iterator[tuple[str, str]]:
    lists = {
        "first_name": FIRST_NAMES,
        "surname": SURNAMES,
        "trade": TRADES,
        "street": STREETS,
    }
    words: dict[str, str | int] = {"city_count": len(CITIES), "cities": _rows(CITIES)}
    for name, values in lists.items():
        words[f"{name}_count"] = len(values)
        words[f"{name}s"] = _rows([(value,) for value in values])
    # Companies first: their people look up their ids.
    companies = CONTACTS.format(**words, part="(i - 1) %% 5 = 0")
    people = CONTACTS.format(**words, part="(i - 1) %% 5 > 0")
    if connection.vendor == "postgresql":
        date = f"CAST(%(today)s AS date) - CAST({DAYS_AGO} AS int)"
    else:
        date = f"date(%(today)s, '-' || ({DAYS_AGO}) || ' days')"
    statements = (
        MAILING_GROUPS,
        INDUSTRIES,
        RELATIONS,
        RESPONSIBILITIES,
        ENTRIES,
    )
    yield from zip(
        PARTS,
        (companies, people, *(text.format(new=NEW, date=date) for text in statements)),
        strict=True,
    )


def _rows(values: Iterable[tuple[str, ...]]) -> str:
    """Write constants of this module as rows of VALUES."""
    return ", ".join(
        f"({place}, {', '.join(repr(value) for value in row)})"
        for place, row in enumerate(values)
    )
