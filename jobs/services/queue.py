"""Putting a job on the queue of django-tasks, once the row is committed."""

from django.db import transaction
from django_tasks import task

from ..models import Job
from .run_job import run_job


@task()
def run(job_id: int) -> None:
    """What the queue holds: the number of a job, nothing else."""
    job = Job.objects.get(pk=job_id)
    run_job(job=job)
    if job.is_queued:
        enqueue(job)


def enqueue(job: Job) -> None:
    """Queue the job when the current transaction is committed."""
    transaction.on_commit(lambda: _enqueue(job.pk))


def _enqueue(pk: int) -> None:
    Job.objects.filter(pk=pk).update(task_id=run.enqueue(pk).id)
