"""Who writes long gives others a turn, where the database does not see to it."""

from django.db import connection

from jobs.services import turns


def pause(*, needed: bool, turn: float, monkeypatch) -> bool:
    """Whether `give` paused after no work at all with turns of this length."""
    monkeypatch.setattr(turns, "TURN", turn)
    pauses = []
    monkeypatch.setattr(turns.time, "sleep", pauses.append)
    turns.Turns(needed=needed).give()
    assert pauses in ([], [turns.PAUSE])
    return bool(pauses)


def test_a_pause_comes_after_a_turn_on_sqlite_and_only_where_chunks_hold_the_lock(
    monkeypatch,
):
    on_sqlite = connection.vendor == "sqlite"
    assert pause(needed=True, turn=-1, monkeypatch=monkeypatch) is on_sqlite
    assert not pause(needed=True, turn=60, monkeypatch=monkeypatch)
    assert not pause(needed=False, turn=-1, monkeypatch=monkeypatch)
