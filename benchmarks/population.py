"""A million contacts and their history, made by PostgreSQL itself in a minute."""

from django.db import connection

from contacts.models import Contact, ContactJobResponsibility

STATEMENTS = (
    """
    INSERT INTO contacts_contact (number, type, company_id, name, first_name,
        middle_name, surname, job_title, address, address_2, postcode, city, county,
        country, phone, phone_e164, mobile, mobile_e164, email, email_2, home_page,
        language, correspondence_type, exclude_from_segment, privacy_blocked, minor,
        parental_consent_received, created_at, updated_at, salutation_id,
        salesperson_id)
    SELECT 'B-' || lpad(i::text, 8, '0'), CASE WHEN i %% 5 = 0 THEN 'company' ELSE
        'person' END, NULL, 'Contact ' || md5(i::text), CASE WHEN i %% 5 = 0 THEN ''
        ELSE 'First' || i %% 997 END, '', CASE WHEN i %% 5 = 0 THEN '' ELSE 'Last' ||
        i %% 9973 END, '', 'Street ' || i %% 500, '', lpad((i %% 9999)::text, 4, '0'),
        'City ' || i %% 400, '', (ARRAY['NO','DK','SE','FI','NL'])[i %% 5 + 1], '', '',
        '', '', 'c' || i || '@example.com', '', '', (ARRAY['nb','da','sv','fi','nl'])
        [i %% 5 + 1], CASE WHEN i %% 2 = 0 THEN 'email' ELSE 'hard_copy' END,
        i %% 97 = 0, i %% 101 = 0, false, false, now(), now(),
        (SELECT id FROM contacts_salutation LIMIT 1),
        (SELECT id FROM contacts_salesperson LIMIT 1)
    FROM generate_series(1, %(contacts)s) i
    """,
    """
    UPDATE contacts_contact SET company_id = id - id %% 5 WHERE type = 'person' AND
        id %% 5 <> 0 AND id > 5 AND id %% 3 = 0 AND EXISTS (SELECT 1 FROM
        contacts_contact c WHERE c.id = contacts_contact.id - contacts_contact.id %% 5
        AND c.type = 'company')
    """,
    """
    INSERT INTO contacts_contactmailinggroup (contact_id, mailing_group_id)
    SELECT c.id, g.id FROM contacts_contact c, contacts_mailinggroup g
    WHERE g.code = 'NEWS' AND c.id %% 10 < 7
    """,
    """
    INSERT INTO interactions_interactionlogentry (contact_id, company_id, date,
        description, subject, information_flow, initiated_by, evaluation,
        attempt_failed, cost, duration, group_id, template_id, language,
        correspondence_type, email_form, campaign_target, campaign_response,
        segment_number, contact_via, created_at, delivery_status, cancelled, postponed)
    SELECT c.id, c.organisation_id, DATE '2026-11-20' - ((c.id * 7 + k * 131) %% 1000)
        ::int, 'Earlier letter', '', 'outbound', 'us', '', false, 0, 0, t.group_id,
        t.id, '', 'email', 'docx', false, false, '', '', now(), '', c.id %% 50 = 0,
        false
    FROM contacts_contact c, generate_series(1, %(each)s) k,
        interactions_interactiontemplate t
    WHERE t.code = 'LETTER'
    """,
    "VACUUM ANALYZE",
)
CLASSIFICATION = (
    """
    INSERT INTO contacts_contactmailinggroup (contact_id, mailing_group_id)
    SELECT c.id, g.id FROM contacts_contact c, contacts_mailinggroup g
    WHERE g.code = 'EVENTS' AND c.id %% 37 = 0
       OR g.code LIKE 'CLUB%%' AND c.id %% 100 = g.id %% 100
    """,
    """
    INSERT INTO contacts_contactjobresponsibility (contact_id, job_responsibility_id)
    SELECT c.id, j.id FROM contacts_contact c, contacts_jobresponsibility j
    WHERE c.type = 'person' AND c.id %% 7 = CASE j.code WHEN 'PURCHASE' THEN 3 ELSE 5
        END
    """,
    """
    INSERT INTO contacts_contactbusinessrelation (contact_id, business_relation_id,
        reference)
    SELECT c.id, r.id, '' FROM contacts_contact c, contacts_businessrelation r
    WHERE c.type = 'company' AND (c.id / 5) %% 3 = CASE r.code WHEN 'CUSTOMER' THEN 0
        ELSE 1 END
    """,
    "VACUUM ANALYZE",
)


def populate(contacts: int, *, interactions_each: int = 3) -> None:
    """Fill an empty database; set-up tables must exist. A filled one is kept."""
    if Contact.objects.count() >= contacts:
        return
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            values = {"contacts": contacts, "each": interactions_each}
            cursor.execute(statement, values)


def classify() -> None:
    """Give people responsibilities and companies relations, where nobody has one.

    Needs the mailing groups EVENTS and CLUB1 to CLUB9, the job responsibilities
    PURCHASE and MARKETING and the business relations CUSTOMER and VENDOR.
    """
    if ContactJobResponsibility.objects.exists():
        return
    with connection.cursor() as cursor:
        for statement in CLASSIFICATION:
            cursor.execute(statement, {})
