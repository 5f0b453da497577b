"""A few seconds of each attack: honest people beside it are answered, and the attackers get nothing that they should
not. How much longer it takes is for `make hostile-client` to say."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.servers.hostile_client import ATTACKS, DISK, MEMORY, Found, Spell, Under, attacked, problems, world_in

pytestmark = pytest.mark.slow


def test_honest_people_are_answered_during_every_attack(tmp_path: Path) -> None:
    with world_in(tmp_path) as (world, server):
        found = asyncio.run(attacked(world, server, tmp_path, seconds=2))
        log = "\n".join(server.log)
    assert len(found.seen) == len(ATTACKS)
    assert not found.quiet.errors
    for one in found.seen:
        assert not one.spell.errors, one
        assert not [what for what in one.wrong if "got 200 after" not in what], one  # how long is no test's
    assert found.memory < MEMORY
    assert found.disk < DISK
    assert "Traceback" not in log


def test_what_attackers_should_not_get_and_honest_people_wait_for_are_problems() -> None:
    quiet, held_up = Spell([0.1] * 20), Spell([0.5] * 20)
    held_up.errors["/ 503"] += 1
    found = Found(quiet, [Under("idle", held_up, {}, ("1 x a file was read",), 0, 0)], MEMORY + 1, 0)
    assert problems(found) == [
        "idle: honest people got {'/ 503': 1}",
        "idle: 1 x a file was read",
        "idle: 95th percentile 5.0 times the undisturbed one",
        f"memory grew by {MEMORY + 1:.0f} MB",
    ]
