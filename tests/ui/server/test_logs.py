"""What is written on the terminal: one line an event, and few of them whatever an attacker repeats."""

from __future__ import annotations

import logging
import re

import pytest

from ui.server import logs
from ui.server.logs import on_the_terminal

log = logging.getLogger("byline.connections")


def test_an_event_is_one_line_with_its_time_its_place_and_how_bad_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    with on_the_terminal():
        log.warning("ended a connection from %s: %s", "127.0.0.9", "it sent\nfive lines\x1b[31m")
        log.debug("nothing to tell")
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ byline\.connections WARNING "
        r"ended a connection from 127\.0\.0\.9: it sent five lines \[31m\n",
        capsys.readouterr().err,
    )


def test_a_long_event_is_cut(capsys: pytest.CaptureFixture[str]) -> None:
    with on_the_terminal():
        log.warning("they sent %s", "x" * 100_000)
    assert len(capsys.readouterr().err) < 3_000


def test_what_is_repeated_is_written_seldom_and_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 1_000.0
    monkeypatch.setattr(logs, "monotonic", lambda: now)
    with on_the_terminal():
        for number in range(500):
            log.warning("ended a connection from %s: it was slow", f"10.0.0.{number}")
        log.warning("another kind")
        now += logs.SECONDS
        log.warning("ended a connection from %s: it was slow", "10.1.1.1")
        now += logs.SECONDS
        log.warning("ended a connection from %s: it was slow", "10.1.1.2")
    lines = [line.split("WARNING ")[1] for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        "ended a connection from 10.0.0.0: it was slow",
        "another kind",
        "ended a connection from 10.1.1.1: it was slow (and 499 more like this)",
        "ended a connection from 10.1.1.2: it was slow",
    ]


def test_once_it_has_ended_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    with on_the_terminal():
        pass
    assert log.parent
    assert log.parent.propagate
    assert not log.parent.handlers
