"""What an expert writes by hand for one case: the yardstick of the benchmarks."""

from django.db import connection

FOUND = """
    FROM contacts_contact c
    LEFT JOIN contacts_contact o ON o.id = c.company_id
    WHERE c.country = 'NO'
      AND EXISTS (SELECT 1 FROM contacts_contactmailinggroup m
                  JOIN contacts_mailinggroup g ON g.id = m.mailing_group_id
                  WHERE m.contact_id = c.id AND g.code = 'NEWS')
      AND NOT EXISTS (SELECT 1 FROM interactions_interactionlogentry e
                      WHERE e.contact_id = c.id AND NOT e.cancelled
                        AND NOT e.postponed
                        AND e.date BETWEEN DATE '2026-11-20' - 90
                                       AND DATE '2026-11-20')
      AND NOT (c.privacy_blocked OR c.exclude_from_segment
               OR (c.minor AND NOT c.parental_consent_received))
"""


def count() -> int:
    """Count the contacts of the benchmark's criterion."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {FOUND}")
        return cursor.fetchone()[0]


def add(segment: int) -> int:
    """Put them on a segment, in its order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO segments_app_segmentline
                (segment_id, contact_id, added_step, position)
            SELECT %s, c.id, 1, row_number() OVER (
                ORDER BY o.name NULLS FIRST, o.number NULLS FIRST, c.type, c.name, c.id)
            {FOUND}
            """,
            [segment],
        )
        return cursor.rowcount


ENTRIES = """
    INSERT INTO interactions_interactionlogentry (contact_id, company_id, date,
        description, subject, information_flow, initiated_by, evaluation,
        attempt_failed, cost, duration, group_id, template_id, language,
        correspondence_type, email_form, document_id, campaign_target,
        campaign_response, segment_number, logged_segment_id, salesperson_id,
        contact_via, created_at, delivery_status, cancelled, postponed,
        alternative_address_id)
    SELECT c.id, c.organisation_id, s.date, s.description, s.description, '', '', '',
        false, t.unit_cost, t.unit_duration, t.group_id, t.id, t.default_language,
        c.correspondence_type, t.email_form, d.document_id, false, false, s.number,
        %(logged)s, c.salesperson_id,
        CASE WHEN c.correspondence_type = 'email' THEN c.email ELSE '' END, now(),
        'queued', false, false, p.address_id
    FROM segments_app_segmentline l
    JOIN segments_app_segment s ON s.id = l.segment_id
    JOIN contacts_contact c ON c.id = l.contact_id
    JOIN interactions_interactiontemplate t ON t.id = s.template_id
    JOIN interactions_interactiontemplatelanguage d
        ON d.template_id = t.id AND d.language = t.default_language
    LEFT JOIN contacts_alternativeaddressperiod p ON p.contact_id = c.id
        AND p.starting_date <= s.date
        AND (p.ending_date IS NULL OR p.ending_date >= s.date)
    WHERE l.segment_id = %(segment)s AND l.added_step <= s.position
      AND (l.removed_step IS NULL OR l.removed_step > s.position)
    ORDER BY l.position
"""
ITEMS = """
    INSERT INTO interactions_runitem (run_id, sequence, contact_id, entry_id,
        merged_number, left_out)
    SELECT %(run)s, row_number() OVER (ORDER BY id), contact_id, id, '', ''
    FROM interactions_interactionlogentry
    WHERE logged_segment_id = %(logged)s AND correspondence_type = %(channel)s
"""
SNAPSHOTS = """
    INSERT INTO interactions_lettersnapshot (item_id, document_id, inputs,
        engine_version)
    SELECT i.id, e.document_id, jsonb_build_object(
        'locale', e.language, 'date', e.date::text,
        'contact', jsonb_build_object('number', c.number, 'type', c.type, 'name',
            c.name, 'first_name', c.first_name, 'middle_name', c.middle_name,
            'surname', c.surname, 'job_title', c.job_title, 'phone', c.phone, 'mobile',
            c.mobile, 'email', c.email, 'home_page', c.home_page, 'address', c.address,
            'address_2', c.address_2, 'postcode', c.postcode, 'city', c.city, 'county',
            c.county, 'country', c.country, 'company_name', coalesce(o.name, c.name)),
        'address', CASE WHEN a.id IS NULL THEN jsonb_build_object('company_name',
            coalesce(o.name, ''), 'address', c.address, 'address_2', c.address_2,
            'postcode', c.postcode, 'city', c.city, 'county', c.county, 'country',
            c.country) ELSE jsonb_build_object('company_name', a.company_name,
            'address', a.address, 'address_2', a.address_2, 'postcode', a.postcode,
            'city', a.city, 'county', a.county, 'country', a.country) END,
        'salesperson', jsonb_build_object('code', p.code, 'name', p.name, 'job_title',
            p.job_title, 'phone', p.phone, 'email', p.email),
        'salutation', jsonb_build_object(
            'formal', jsonb_build_object('text', f.text, 'parts', jsonb_build_array(
                f.name_1, f.name_2, f.name_3, f.name_4, f.name_5)),
            'informal', jsonb_build_object('text', g.text, 'parts', jsonb_build_array(
                g.name_1, g.name_2, g.name_3, g.name_4, g.name_5))),
        'line', jsonb_build_object('description', e.description, 'subject', e.subject,
            'personal_text', '', 'segment_number', e.segment_number,
            'campaign_number', NULL, 'campaign_description', NULL)), 1
    FROM interactions_runitem i
    JOIN interactions_interactionlogentry e ON e.id = i.entry_id
    JOIN contacts_contact c ON c.id = i.contact_id
    LEFT JOIN contacts_contact o ON o.id = c.company_id
    LEFT JOIN contacts_alternativeaddress a ON a.id = e.alternative_address_id
    LEFT JOIN contacts_salesperson p ON p.id = e.salesperson_id
    LEFT JOIN contacts_salutationformula f ON f.salutation_id = c.salutation_id
        AND f.type = 'formal' AND f.language = ''
    LEFT JOIN contacts_salutationformula g ON g.salutation_id = c.salutation_id
        AND g.type = 'informal' AND g.language = ''
    WHERE i.run_id = %(run)s
"""
DELIVERIES = """
    INSERT INTO interactions_delivery (entry_id, channel, to_address, status, attempts,
        message_id, error, claim, held)
    SELECT id, correspondence_type, contact_via, 'queued', 0, '', '', '', false
    FROM interactions_interactionlogentry
    WHERE logged_segment_id = %(logged)s AND delivery_status = 'queued'
"""


def log(segment: int, number: str) -> int:
    """Log a segment whose lines have no own values, and remove the worksheet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO interactions_loggedsegment (segment_number, description, "
            "criteria, created_at, cancelled) "
            "VALUES (%s, 'Benchmark', '{}', now(), false) RETURNING id",
            [number],
        )
        names = {"segment": segment, "logged": cursor.fetchone()[0]}
        cursor.execute(ENTRIES, names)
        rows = cursor.rowcount
        for channel, kind in (("hard_copy", "print"), ("email", "send")):
            cursor.execute(
                "INSERT INTO interactions_run (segment_number, logged_segment_id, "
                'kind, state, own_company, created_at, "order", worksheet, '
                "mail_texts, paused) VALUES (%s, %s, %s, 'prepared', '{}', now(), "
                "'step', %s, '{}', false) RETURNING id",
                [number, names["logged"], kind, segment],
            )
            run = names | {"run": cursor.fetchone()[0], "channel": channel}
            cursor.execute(ITEMS, run)
            cursor.execute(SNAPSHOTS, run)
        cursor.execute(DELIVERIES, names)
        for table in ("segmentline", "segmentstep"):
            cursor.execute(
                f"DELETE FROM segments_app_{table} WHERE segment_id = %s", [segment]
            )
        cursor.execute("DELETE FROM segments_app_segment WHERE id = %s", [segment])
        return rows
