"""A list is taken apart whatever program or person wrote it."""

import pytest

from contacts.importing import read
from contacts.tests.importing.files import csv, xlsx
from segments_app import lists
from segments_app.lists import ListRefused, read_file, read_list


def keys(entries):
    return [entry.key for entry in entries]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C-1\nC-2\r\nC-3\rC-4", ["C-1", "C-2", "C-3", "C-4"]),
        ("C-1, C-2;C-3\tC-4,,; \t\n", ["C-1", "C-2", "C-3", "C-4"]),
        ("c-1; Anna@Kaffe.example", ["C-1", "anna@kaffe.example"]),
        ("Anna Dahl <anna@kaffe.example>", ["anna@kaffe.example"]),
        (
            "Dahl, Anna <a@b.example>, Bo Lie <b@b.example>",
            ["a@b.example", "b@b.example"],
        ),
        (
            '"Dahl, Anna" <a@b.example>; "Lie; Bo" <b@b.example>',
            ["a@b.example", "b@b.example"],
        ),
        ("C-1, Anna Dahl <a@b.example>", ["C-1", "a@b.example"]),
        ("KAFFE, TE", ["KAFFE", "TE"]),
        ("mailto:a@b.example", ["a@b.example"]),
        ("<a@b.example>", ["a@b.example"]),
        ("C\x00-1\x07\u200b\ufeff", ["C-1"]),
        ("ærlig@øre.example", ["ærlig@øre.example"]),
        ('"C-1', ["C-1"]),
    ],
)
def test_a_pasted_list(text, expected):
    assert keys(read_list(text)) == expected


def test_what_is_neither_number_nor_address_keeps_its_text():
    entries = read_list("a@b@c; this is much longer than a number")
    assert [(entry.text, entry.key) for entry in entries] == [
        ("a@b@c", ""),
        ("this is much longer than a number", ""),
    ]


def test_a_long_line_without_an_end_is_cut_where_it_is_shown():
    (entry,) = read_list("x" * 5_000_000)
    assert (len(entry.text), entry.key) == (255, "")


@pytest.mark.parametrize("text", ["", " \n;,\t", "\x00\u200b"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(ListRefused, match="empty"):
        read_list(text)


def test_a_list_that_is_too_long_is_refused(monkeypatch):
    assert len(read_list("C-1\n" * lists.MAX_ENTRIES)) == 100_000
    with pytest.raises(ListRefused, match="more than 100,000 contacts"):
        read_list("C-1\n" * (lists.MAX_ENTRIES + 1))
    with pytest.raises(ListRefused, match="too long"):
        read_list("x" * (lists.MAX_CHARACTERS + 1))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (csv("name;e-mail", "Anna;anna@b.example", "Bo;"), ["anna@b.example"]),
        (csv("no,email", "C-1,a@b.example", ",b@b.example"), ["C-1", "b@b.example"]),
        (csv("C-1", "C-2"), ["C-1", "C-2"]),
        (csv("Number", "C-2"), ["C-2"]),
        (csv("a@b.example;b@b.example"), ["a@b.example", "b@b.example"]),
        (xlsx(["Customer no"], [10_001], [10_002]), ["10001", "10002"]),
        (xlsx(["a@b.example"], ["b@b.example"]), ["a@b.example", "b@b.example"]),
    ],
)
def test_a_file(data, expected):
    assert keys(read_file(data)) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (csv("colour,taste", "red,sweet"), "No column is called number or e-mail"),
        (csv("number"), "The list is empty"),
        (b"", "empty"),
        (b"%PDF-1.7\n\x01\x02\x00", "neither a CSV file nor a spreadsheet"),
        (b"PK\x03\x04 and nothing behind it", "cannot be read as a spreadsheet"),
    ],
)
def test_a_file_without_contacts_is_refused(data, said):
    with pytest.raises(ListRefused, match=said):
        read_file(data)


def test_a_file_that_would_fill_the_machine_is_refused(monkeypatch):
    monkeypatch.setattr(read, "MAX_UNPACKED_BYTES", 1_000)
    with pytest.raises(ListRefused, match="when unpacked"):
        read_file(xlsx(["number"], ["C-1"]))
