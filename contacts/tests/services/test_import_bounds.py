"""An import keeps its bounds: memory, sizes, and two at the same time."""

import datetime
import functools
import io
import threading
import tracemalloc

import pytest
from django.db import connection
from django.db.models.signals import post_init

from contacts.importing import ImportProblem, open_contact_file
from contacts.importing.source import Numbers
from contacts.models import Contact
from contacts.services.importing import import_contacts as module
from contacts.services.importing.import_contacts import import_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.importing.files import csv, xlsx, xlsx_of_excel

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)


def csv_file(tmp_path, rows):
    """Return what opens a file with this many rows: each is refused, or is new."""
    path = tmp_path / f"{rows}.csv"
    with path.open("w") as file:
        file.write("number,name,company,email,city\n")
        for row in range(rows):
            bad = "@" if row % 5 == 0 else ""
            file.write(f"N{row},No {row},Firm {row // 4},no{row}{bad}@x.no,Oslo\n")
    return functools.partial(path.open, "rb")


@pytest.mark.django_db
@pytest.mark.parametrize("dry_run", [False, True])
def test_memory_does_not_grow_with_the_file(tmp_path, monkeypatch, dry_run):
    monkeypatch.setattr(module, "MOST_REFUSED", 10)

    def peak(rows):
        opened = csv_file(tmp_path, rows)
        tracemalloc.start()
        file = open_contact_file(opened)
        taken = import_contacts(file=file, at=NOW, dry_run=dry_run, batch=100)
        *_others, summary = taken
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (summary.created, summary.refused) == (rows * 4 // 5, rows // 5)
        assert len(summary.refused_rows) == 10
        Contact.objects.persons().delete()
        Contact.objects.all().delete()
        return most

    peak(100)
    assert peak(2_000) < 1.3 * peak(500)


def test_eight_bytes_tell_which_numbers_a_file_uses():
    numbers = Numbers(f"C-{number}" for number in range(1_000))
    assert all(f"C-{number}" in numbers for number in range(1_000))
    assert not any(f"C-{number}" in numbers for number in range(1_000, 3_000))
    assert "" not in Numbers()


def test_a_file_that_is_too_large_is_refused_without_being_read():
    class Large(io.RawIOBase):
        def __init__(self, start, size):
            self._start, self._size = start, size

        def read(self, size=-1):
            assert 0 <= size <= 10
            return self._start[:size]

        def seek(self, offset, whence=0):
            return self._size

    workbook = functools.partial(Large, b"PK\x03\x04....", 200 << 20)
    with pytest.raises(ImportProblem, match="larger than 50 MB. Save it as CSV"):
        open_contact_file(workbook)
    text = functools.partial(Large, b"name,city", 201 << 20)
    with pytest.raises(ImportProblem, match="larger than 200 MB. Import it in parts"):
        open_contact_file(text)


def test_one_stray_cell_far_below_is_one_row_more():
    data = xlsx(["Name", "City"], ["Jan", "Oslo"], *([[]] * 60_000), ["Bo", "Bergen"])
    file = open_contact_file(data)
    assert file.total == 2
    assert [row.line for row in file.rows()] == [2, 60_003]


def test_the_texts_of_a_spreadsheet_are_not_held():
    def peak(rows):
        texts = ([f"No {row}", "x" * 50 + str(row)] for row in range(rows))
        data = xlsx_of_excel(["Name", "Address"], *texts)
        tracemalloc.start()
        file = open_contact_file(lambda: io.BytesIO(data))
        assert sum(1 for _row in file.rows()) == rows
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    # The texts of 14,000 rows more would be 2.8 MB.
    few, many = peak(2_000), peak(16_000)
    assert many - few < 1 << 20


def test_a_member_that_is_longer_than_it_says_is_refused():
    data = bytearray(xlsx(["Name"], *([f"Bo {row}"] for row in range(500))))
    # The size that the directory at the end says of the largest member.
    place = data.rfind(b"xl/worksheets/sheet1.xml") - 46
    assert data[place : place + 4] == b"PK\x01\x02"
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    with pytest.raises(ImportProblem, match="cannot be read as a spreadsheet"):
        open_contact_file(bytes(data))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_the_same_time_make_a_company_once():
    """Both name the same new companies, row by row, in small batches."""
    lines = [f"No {row},Firm {row // 3},@{{0}}{row}@x.no" for row in range(60)]
    start = threading.Barrier(2)
    done = []

    def take(prefix):
        rows = [line.format(prefix).replace("@", "", 1) for line in lines]
        file = open_contact_file(csv("name,company,email", *rows))
        start.wait()
        try:
            for _summary in import_contacts(file=file, at=NOW, batch=6):
                pass
            done.append(prefix)
        finally:
            connection.close()

    both = [threading.Thread(target=take, args=(prefix,)) for prefix in "ab"]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert sorted(done) == ["a", "b"]
    names = list(Contact.objects.companies().values_list("name", flat=True))
    assert sorted(names) == sorted(f"Firm {number}" for number in range(20))
    assert Contact.objects.persons().count() == 120


@pytest.mark.django_db
@pytest.mark.parametrize("was", ["22334455", ""])
def test_of_a_changed_company_only_the_people_who_had_its_value_are_read(was):
    company = make_company("Kaffe AS", number="K-1", phone=was)
    for number in range(5):
        make_person(f"Own {number}", company=company, phone="98765432")
    make_person("Ole Vik", company=company, phone=was)
    read_names = []

    def note(instance, **_other):
        read_names.append(instance.__dict__.get("name"))

    post_init.connect(note, sender=Contact)
    try:
        opened = csv("number,phone", "K-1,+47 22 33 44 66")
        *_before, summary = import_contacts(file=open_contact_file(opened), at=NOW)
    finally:
        post_init.disconnect(note, sender=Contact)

    assert summary.updated == 1
    assert Contact.objects.get(name="Ole Vik").phone == "+47 22 33 44 66"
    assert "Ole Vik" in read_names
    assert not [name for name in read_names if name.startswith("Own")]
