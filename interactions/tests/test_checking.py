"""The check of a document in a process of its own, with bounds on its work."""

import json
import subprocess
import sys
import time

import pytest
from django.core.cache import cache
from django.utils.translation import override

from interactions.merge import TemplateError
from interactions.merge.findings import Finding, Findings
from interactions.services import checking, confined
from interactions.services.checking import (
    DocumentRefused,
    check_document,
    refuse_faulty,
)
from interactions.services.documents import store_document
from interactions.tests.factories import letter


@pytest.fixture(autouse=True)
def _forgotten():
    cache.clear()


def test_a_document_is_checked_with_everything_it_uses():
    data = letter("{{ contact_name }}", "{% for answer in answers %}x{% endfor %}")
    assert check_document(data) == Findings(
        fields=("contact_name",), lists=("answers",)
    )


def test_the_check_speaks_the_language_of_the_reader():
    with override("nb"):
        (problem,) = check_document(letter("{{ contact_nam }}")).problems
    assert problem.message == "Det finnes ikke noe flettefelt «contact_nam»."


@pytest.mark.django_db
def test_a_refused_document_says_all_and_is_not_stored():
    with pytest.raises(TemplateError) as caught:
        store_document(data=letter("{{ nobody }}", "{{ nothing }}"), name="x.docx")
    assert isinstance(caught.value, DocumentRefused)
    assert [str(problem) for problem in caught.value.problems] == [
        str(finding) for finding in caught.value.findings.problems
    ]
    assert len(caught.value.problems) == 2


def child(monkeypatch, tmp_path, body):
    """Have the check do this instead of reading the document."""
    (tmp_path / "hostile.py").write_text(
        "from interactions.services import confined\nconfined._bound()\n" + body
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(confined, "__name__", "hostile")


TOO_MUCH = Finding(
    "too_much_work",
    "The document takes more than 10 seconds or 512 MB to check.",
    "Copy the letter into a new document and upload that.",
)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_a_document_that_wants_too_much_memory_is_refused(monkeypatch, tmp_path):
    child(monkeypatch, tmp_path, "b'x' * 600_000_000\n")
    assert check_document(letter("x")).problems == (TOO_MUCH,)


def test_a_document_that_does_not_end_is_stopped_and_refused(monkeypatch, tmp_path):
    child(monkeypatch, tmp_path, "import time\ntime.sleep(60)\n")
    monkeypatch.setattr(checking, "SECONDS", 1)
    started = time.perf_counter()
    assert [one.kind for one in check_document(letter("x")).problems] == [
        "too_much_work"
    ]
    assert time.perf_counter() - started < 10


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_the_check_writes_no_file_and_burns_no_more_than_its_seconds():
    run = (
        "import resource; from interactions.services import confined; "
        "confined.main('findings', 'en'); print(); "
        "print(*(resource.getrlimit(each)[0] for each in "
        "(resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_FSIZE)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", run],
        input=letter("{{ contact_name }}"),
        capture_output=True,
        check=True,
    )
    answer, limits = done.stdout.decode().splitlines()
    assert json.loads(answer)["fields"] == ["contact_name"]
    assert limits.split() == ["10", str(512 * 2**20), "0"]


def test_the_check_knows_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "hush")
    monkeypatch.setenv("DATABASE_URL", "postgres://hush")
    child(
        monkeypatch,
        tmp_path,
        "import os, json\n"
        "said = ' '.join(sorted(set(os.environ) & {'SECRET_KEY', 'DATABASE_URL'}))\n"
        "print(json.dumps(dict(problems=[], warnings=[], lists=[], questions=[], "
        "more=0, fields=[said])))\n",
    )
    assert check_document(letter("x")).fields == ("",)


def test_a_stopped_check_is_tried_again_but_a_finished_one_is_remembered(
    monkeypatch, tmp_path
):
    data = letter("{{ contact_name }}")
    with monkeypatch.context() as hostile:
        child(hostile, tmp_path, "raise SystemExit(3)\n")
        assert check_document(data).problems == (TOO_MUCH,)
    assert refuse_faulty(data).fields == ("contact_name",)
    with monkeypatch.context() as hostile:
        child(hostile, tmp_path, "raise SystemExit(3)\n")
        assert check_document(data).fields == ("contact_name",)
