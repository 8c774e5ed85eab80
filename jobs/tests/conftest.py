"""What every story of a job needs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from jobs import registry

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    return NOON


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna")


@pytest.fixture
def handles(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Register a handler for one test: handles("count", handler, atomic=False)."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))

    def add(code: str, handler: registry.Handler, **options: object) -> None:
        registry.register(code, **{"label": code.title(), **options})(handler)

    return add
