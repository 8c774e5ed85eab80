"""Many letters in the background: progress, a stop, a kill, and going on from there."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import LetterSnapshot
from interactions.services.printing import Output, output
from interactions.tests.factories import lose, make_document
from jobs.models import Job
from jobs.services import run_job
from jobs.services.expire_files import expire_files
from segments_app.jobs import letters
from segments_app.jobs.letters import files_kept, print_later, print_now
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, make_segment

from .conftest import files_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(template, monkeypatch):
    """A run of five letters, made two at a go."""
    monkeypatch.setattr(output, "FILES_IN_PART", 2)
    people = [make_person(f"Person {number}") for number in range(1, 6)]
    segment = make_segment(*people, number="SM-7", template=template)
    return prepare_run(segment=segment, order="step", user=None, at=NOW)


def asked(run, **wishes):
    return print_later(runs=[run], output=Output(**wishes), user=None, at=NOW)


def claimed(job):
    assert Job.objects.claim(pk=job.pk, at=NOW)
    return Job.objects.get(pk=job.pk)


def saved(job, work):
    """Take one step as the runner does: what is noted is saved after it."""
    step = next(work)
    Job.objects.filter(pk=job.pk).update(resume=job.resume, done=step.done)
    return step.done


def parts_kept():
    if not default_storage.exists("jobs/part"):
        return []
    return sorted(default_storage.listdir("jobs/part")[1])


def result(job):
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")
    with job.result_file.open() as file:
        return file.read()


def names(*numbers):
    return [f"{number} Person {number}.docx" for number in numbers]


def test_the_file_is_kept_with_the_run(five):
    job = asked(five, each=True)
    run_job(job=job)
    assert list(files_in(result(job))) == names(1, 2, 3, 4, 5)
    assert job.result == {"letters": 5, "without_document": 0, "files": 5}
    assert (job.result_name, job.done, job.total) == ("SM-7.zip", 5, 5)
    assert list(files_kept(five)) == [job]
    assert parts_kept() == []


def test_a_few_are_made_at_once_and_kept_too(five):
    job = print_now(runs=[five], output=Output(numbers=((2, 3),)), user=None, at=NOW)
    assert (job.state, job.result_name) == ("done", "SM-7 2-3.docx")
    assert list(files_kept(five)) == [job]


def test_files_of_contacts_go_on_where_a_killed_worker_stopped(five, monkeypatch):
    job = claimed(asked(five, each=True))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(3)] == [0, 2, 4]
    assert len(parts_kept()) == 2
    made = []
    files_of = letters.files_of

    def counted(planned, part, out, **options):
        made.append((part.first, part.last))
        return files_of(planned, part, out, **options)

    monkeypatch.setattr(letters, "files_of", counted)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    assert made == [(5, 5)]
    assert list(files_in(result(job))) == names(1, 2, 3, 4, 5)
    assert parts_kept() == []


def test_a_chunk_that_was_not_saved_is_made_again(five):
    job = claimed(asked(five, each=True))
    killed = letters.print_letters(job)
    saved(job, killed)
    next(killed)
    assert len(parts_kept()) == 1
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    assert list(files_in(result(job))) == names(1, 2, 3, 4, 5)
    assert parts_kept() == []


def test_names_stay_unlike_after_a_kill(five):
    job = claimed(asked(five, each=True, pattern="{segment}"))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(2)] == [0, 2]
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    assert list(files_in(result(job))) == [
        "SM-7.docx",
        *(f"SM-7 ({number}).docx" for number in range(2, 6)),
    ]


def test_who_was_blocked_between_is_not_in_the_file(five):
    job = claimed(asked(five, each=True))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(3)] == [0, 2, 4]
    Contact.objects.filter(name="Person 1").update(privacy_blocked=True)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    assert sorted(files_in(result(job))) == names(2, 3, 4, 5)
    assert job.result["kept_out"] == 1


@pytest.fixture
def plain_pdfs(monkeypatch):
    """PDFs of two letters that are their names, of whom Person 1 has none."""
    monkeypatch.setattr(output, "LETTERS_IN_PDF", 2)

    def document_of(planned, part, out, **options):
        asked = [letter.record["contact_name"] for letter in planned.letters_of(part)]
        out.write(", ".join(asked).encode())
        return [name for name in asked if name == "Person 1"]

    monkeypatch.setattr(letters, "document_of", document_of)


def test_who_was_blocked_between_shifts_the_documents(five, plain_pdfs):
    job = claimed(asked(five, kind="pdf"))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(3)] == [0, 2, 4]
    Contact.objects.filter(name="Person 1").update(privacy_blocked=True)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    with zipfile.ZipFile(io.BytesIO(result(job))) as archive:
        made = {name: archive.read(name).decode() for name in archive.namelist()}
    assert made == {
        "letter 2-3.pdf": "Person 2, Person 3",
        "letter 4-5.pdf": "Person 4, Person 5",
    }
    assert job.result == {
        "letters": 4,
        "files": 2,
        "without_document": 0,
        "kept_out": 1,
    }
    assert parts_kept() == []


def test_what_failed_for_who_was_blocked_since_is_not_counted(five):
    job = claimed(asked(five, each=True))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(2)] == [0, 2]
    (first,) = job.resume["unmade"]
    Job.objects.filter(pk=job.pk).update(
        state="queued", resume=job.resume | {"unmade": {first: ["1", "2"]}}
    )
    gone = Contact.objects.filter(name__in=["Person 1", "Person 2"])
    gone.update(privacy_blocked=True)
    run_job(job=Job.objects.get(pk=job.pk))
    assert list(files_in(result(job))) == names(3, 4, 5)
    assert job.result == {
        "letters": 3,
        "files": 3,
        "without_document": 0,
        "kept_out": 2,
    }


def test_one_document_starts_again(five):
    job = claimed(asked(five))
    killed = letters.print_letters(job)
    assert next(killed).done == 0
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job=Job.objects.get(pk=job.pk))
    assert len(result(job)) > 0
    assert job.result["letters"] == 5


def test_a_wish_to_stop_is_heard_and_nothing_is_left_behind(five):
    job = asked(five, each=True)

    def stop_after_two(seen):
        if seen.done == 2:
            Job.objects.filter(pk=job.pk).update(cancel_asked=True)

    run_job(job=job, on_progress=stop_after_two)
    assert (job.state, job.result_file.name, parts_kept()) == ("cancelled", "", [])


def test_parts_of_a_job_that_never_ended_expire(five, settings):
    job = claimed(asked(five, each=True))
    killed = letters.print_letters(job)
    assert [saved(job, killed) for _step in range(2)] == [0, 2]
    next(killed)
    Job.objects.filter(pk=job.pk).update(
        state="failed", error="The program stopped.", finished_at=NOW
    )
    settings.JOB_FILES_DAYS = 0
    assert len(parts_kept()) == 2
    assert expire_files(at=NOW.replace(year=2027)) == 1
    assert parts_kept() == []
    assert expire_files(at=NOW.replace(year=2027)) == 0


def test_a_document_that_is_lost_fails_the_job_with_words(five):
    LetterSnapshot.objects.update(document=make_document("Lost", name="lost.docx"))
    lose(LetterSnapshot.objects.first().document)
    job = asked(five, each=True)
    run_job(job=job)
    assert job.state == "failed"
    assert "“lost.docx” is gone from the storage" in job.error


def test_a_run_that_is_gone_fails_the_job_with_words(five):
    job = asked(five)
    five.delete()
    run_job(job=job)
    assert (job.state, job.error) == ("failed", "The run does not exist any more.")
