"""What all tests share: no trace on disk, a real browser, and no silent skip."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
NEEDS = {
    "browser": (bool(CHROMIUM), "Chromium"),
    "libreoffice": (bool(shutil.which("soffice")), "LibreOffice"),
    "postgres": (
        os.environ.get("DATABASE_URL", "").startswith("postgres"),
        "PostgreSQL in DATABASE_URL",
    ),
}
# Playwright keeps an event loop in the thread of the test; the ORM is not inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(autouse=True)
def _no_trace(settings, tmp_path: Path) -> None:
    """Files go to a folder of the test, and passwords cost nothing."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict:
    """Debian's Chromium, quiet and without a network of its own."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark, (present, what) in NEEDS.items():
            if item.get_closest_marker(mark) and not present:
                item.add_marker(pytest.mark.skip(reason=f"needs {what}"))


def _left_out(config: pytest.Config) -> list[pytest.TestReport]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    if os.environ.get("LEAVE_NOTHING_OUT") and _left_out(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    reports = _left_out(config)
    if reports:
        terminalreporter.section("Left out")
    for report in reports:
        reason = report.longrepr[-1] if report.longrepr else ""
        terminalreporter.line(f"{report.nodeid}: {reason}")
