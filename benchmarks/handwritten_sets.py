"""Two segments combined and compared as an expert writes it by hand: the yardstick."""

from django.db import connection

FILL = """
    INSERT INTO segments_app_segmentline (segment_id, contact_id, added_step, position)
    SELECT %s, c.id, 1, row_number() OVER (ORDER BY c.id)
    FROM (SELECT id FROM contacts_contact
          WHERE NOT (privacy_blocked OR exclude_from_segment
                     OR (minor AND NOT parental_consent_received))
          ORDER BY id OFFSET %s LIMIT %s) c
"""
LIVE = "segment_id = %({0})s AND added_step <= 1 AND removed_step IS NULL"
FIRST, SECOND = LIVE.format("first"), LIVE.format("second")
THERE = """
    EXISTS (SELECT 1 FROM segments_app_segmentline s
            WHERE s.contact_id = l.contact_id AND s.segment_id = %(second)s
              AND s.added_step <= 1 AND s.removed_step IS NULL)
"""
STATEMENTS = {
    "union": f"""
        INSERT INTO segments_app_segmentline
            (segment_id, contact_id, added_step, position)
        SELECT %(first)s, c.id, 2, %(last)s + row_number() OVER (
            ORDER BY o.name NULLS FIRST, o.number NULLS FIRST, c.type, c.name, c.id)
        FROM segments_app_segmentline l
        JOIN contacts_contact c ON c.id = l.contact_id
        LEFT JOIN contacts_contact o ON o.id = c.company_id
        WHERE {SECOND.replace("segment_id", "l.segment_id")}
          AND NOT EXISTS (SELECT 1 FROM segments_app_segmentline f
                          WHERE f.contact_id = c.id AND f.segment_id = %(first)s
                            AND f.added_step <= 1 AND f.removed_step IS NULL)
          AND NOT (c.privacy_blocked OR c.exclude_from_segment
                   OR (c.minor AND NOT c.parental_consent_received))
    """,
    "intersection": f"""
        UPDATE segments_app_segmentline l SET removed_step = 2
        WHERE {FIRST} AND NOT {THERE}
    """,
    "difference": f"""
        UPDATE segments_app_segmentline l SET removed_step = 2
        WHERE {FIRST} AND {THERE}
    """,
}
KEPT_OUT = f"""
    SELECT count(*) FILTER (WHERE c.privacy_blocked),
           count(*) FILTER (WHERE c.exclude_from_segment AND NOT c.privacy_blocked),
           count(f.id)
    FROM segments_app_segmentline l
    JOIN contacts_contact c ON c.id = l.contact_id
    LEFT JOIN segments_app_segmentline f ON f.contact_id = l.contact_id
        AND f.segment_id = %(first)s AND f.added_step <= 1 AND f.removed_step IS NULL
    WHERE {
    SECOND.replace("segment_id", "l.segment_id")
    .replace("added_step", "l.added_step", 1)
    .replace("removed_step", "l.removed_step", 1)
}
"""
STEP = """
    INSERT INTO segments_app_segmentstep (segment_id, position, kind, options, entered,
        "left", kept_out, total, name, created_at)
    VALUES (%(first)s, 2, 'combine', '{}', %(entered)s, %(left)s, '{}', 0, '', now())
    RETURNING id
"""
MEMBERS = f"""
    INSERT INTO segments_app_segmentstepmember (step_id, contact_id, removed)
    SELECT %(step)s, contact_id, false FROM segments_app_segmentline WHERE {SECOND}
"""
SIZES = f"""
    SELECT count(*) FILTER (WHERE s.contact_id IS NULL),
           count(*) FILTER (WHERE f.contact_id = s.contact_id),
           count(*) FILTER (WHERE f.contact_id IS NULL)
    FROM (SELECT contact_id FROM segments_app_segmentline WHERE {FIRST}) f
    FULL JOIN (SELECT contact_id FROM segments_app_segmentline WHERE {SECOND}) s
        ON s.contact_id = f.contact_id
"""
NAMES = f"""
    SELECT c.*, o.*
    FROM segments_app_segmentline l
    JOIN contacts_contact c ON c.id = l.contact_id
    LEFT JOIN contacts_contact o ON o.id = c.company_id
    WHERE {FIRST.replace("segment_id", "l.segment_id")} AND NOT {THERE}
    ORDER BY l.position
    LIMIT %(names)s
"""


def combine(operation: str, first: int, second: int) -> int:
    """Combine `first` with `second` as a step with its members; return who moved."""
    names = {"first": first, "second": second, "last": 0, "entered": 0, "left": 0}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM segments_app_segment WHERE id IN (%(first)s, %(second)s) "
            "ORDER BY id FOR UPDATE",
            names,
        )
        if operation == "union":
            cursor.execute(KEPT_OUT, names)
            cursor.execute(
                "SELECT max(position) FROM segments_app_segmentline "
                "WHERE segment_id = %(first)s",
                names,
            )
            names["last"] = cursor.fetchone()[0]
        cursor.execute(STATEMENTS[operation], names)
        moved = cursor.rowcount
        names["entered" if operation == "union" else "left"] = moved
        cursor.execute(STEP, names)
        names["step"] = cursor.fetchone()[0]
        cursor.execute(MEMBERS, names)
        cursor.execute(
            "UPDATE segments_app_segment SET position = 2 WHERE id = %(first)s", names
        )
    return moved


def compare(first: int, second: int, names: int) -> int:
    """Count the three parts and fetch the first names of one."""
    values = {"first": first, "second": second, "names": names}
    with connection.cursor() as cursor:
        cursor.execute(SIZES, values)
        sizes = cursor.fetchone()
        cursor.execute(NAMES, values)
        cursor.fetchall()
    return sum(sizes)
