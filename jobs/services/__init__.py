"""What can be done with jobs."""

from .cancel_job import cancel_job
from .expire_files import expire_files
from .run_here import run_here
from .run_job import run_job
from .start_job import make_job, start_job
from .take_up_stale import take_up_stale

__all__ = [
    "cancel_job",
    "expire_files",
    "make_job",
    "run_here",
    "run_job",
    "start_job",
    "take_up_stale",
]
