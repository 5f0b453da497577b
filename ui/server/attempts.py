"""How often a password may be wrong: from one address, for a user from one address, and for a user from anywhere."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from limits import parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

FROM_ADDRESS = "10 per 10 second; 20 per 10 minute; 60 per hour"
"""More than for one user: a newsroom behind one address mistypes now and then, and a colleague who guesses keeps
nobody else out. A list of names and passwords is not got through."""
FOR_USER_FROM_ADDRESS = "5 per minute; 30 per hour"
FOR_USER = "100 per hour"
"""Many machines that guess one person's password: 2,400 a day, from all of them together."""
REMEMBERED = 10_000
"""Addresses, and names; the one that was wrong longest ago is forgotten for another."""


class Wrong:
    """Wrong passwords within some time, of each key; an attempt counts from its beginning until it was right."""

    def __init__(self, limits: str, remembered: int = REMEMBERED) -> None:
        """`limits` as the library limits reads them: "5 per minute; 30 per hour"."""
        self._limits = parse_many(limits)
        self._storage = MemoryStorage()
        self._window = MovingWindowRateLimiter(self._storage)
        self._begun: Counter[str] = Counter()
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._remembered = remembered

    def wait(self, key: str) -> float:
        """Seconds until another attempt may begin; 0 where it may now."""
        wait = 0.0
        for limit in self._limits:
            until, left = self._window.get_window_stats(limit, key)
            if left <= 0:
                wait = max(wait, until - time.time(), 1.0)
            elif left <= self._begun[key]:
                wait = max(wait, 1.0)
        return wait

    def begin(self, key: str) -> None:
        """An attempt whose end `end` tells."""
        self._begun[key] += 1

    def end(self, key: str, wrong: bool) -> None:
        """The attempt is over; unless it was wrong, it does not count any longer."""
        self._begun[key] -= 1
        if self._begun[key] <= 0:
            del self._begun[key]
        if not wrong:
            return
        for limit in self._limits:
            self._window.hit(limit, key)
        self._keys[key] = None
        self._keys.move_to_end(key)
        while len(self._keys) > self._remembered:
            self._forget(self._keys.popitem(last=False)[0])

    def _forget(self, key: str) -> None:
        for limit in self._limits:
            name = limit.key_for(key)
            with self._storage.locks[name]:  # its thread, which drops what is old, may be at this key
                self._storage.clear(name)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody's try to come in."""

    name: str
    password: str = field(repr=False)
    address: str

    @property
    def pair(self) -> str:
        """The user at the address: an address has no space."""
        return f"{self.address} {self.name}"


class Attempts:
    """Whether an attempt may begin now.

    Who guesses at a user's password from an address delays others behind that address, and from many addresses
    those who come from a new one; neither delays who has come in before (`ui.server.auth`). Names that there are not
    are counted as those that there are, so that nobody learns which is which.
    """

    def __init__(self) -> None:
        self._address, self._pair, self._user = Wrong(FROM_ADDRESS), Wrong(FOR_USER_FROM_ADDRESS), Wrong(FOR_USER)

    def wait(self, attempt: Attempt, known_there: bool = False) -> float:
        """Seconds until it may begin; what others do elsewhere does not count where the user is `known_there`."""
        elsewhere = 0.0 if known_there else self._user.wait(attempt.name)
        return max(self._address.wait(attempt.address), self._pair.wait(attempt.pair), elsewhere)

    def begin(self, attempt: Attempt) -> None:
        """Counts it until it ends."""
        self._address.begin(attempt.address)
        self._pair.begin(attempt.pair)
        self._user.begin(attempt.name)

    def end(self, attempt: Attempt, wrong: bool) -> None:
        """It is over; if it was wrong, it is counted on."""
        self._address.end(attempt.address, wrong)
        self._pair.end(attempt.pair, wrong)
        self._user.end(attempt.name, wrong)
