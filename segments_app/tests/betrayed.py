"""What betrays who somebody was, looked for in every column of the database."""

from django.db import connection

# Whatever of this stands in any column betrays who it was. None of it can come about
# by itself: four digits stand in the microseconds of one time in some three thousand.
SECRETS = (
    *("Zephyrine", "Quillfeather", "Taxidermist", "Gargoylegate", "GL8877", "Mistmere"),
    *("5550177", "zephyrine", "quill.example", "whisper", "mumble", "hushaby"),
)


def columns_with(texts):
    """Every column of every table of the database in which one of the texts stands."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            description = connection.introspection.get_table_description(cursor, table)
            for column in description:
                name = connection.ops.quote_name(column.name)
                asked = " OR ".join(
                    [f"UPPER(CAST({name} AS TEXT)) LIKE %s"] * len(texts)
                )
                cursor.execute(
                    f"SELECT COUNT(*) FROM {connection.ops.quote_name(table)} "  # noqa: S608
                    f"WHERE {asked}",
                    [f"%{text.upper()}%" for text in texts],
                )
                if cursor.fetchone()[0]:
                    found.add((table, column.name))
    return found
