"""How long a student's code may run: in its own processor time, so a busy machine costs no marks.

The processor time is asked for only when a limit may be over: a quick question costs nothing more.
"""

import contextlib
import weakref
from collections.abc import Callable, Iterator
from time import monotonic

#: Seconds of waiting after which a new limit has the processor time looked at for the first time.
FIRST_LOOK = 0.1
#: The shortest time between two looks, in seconds.
_SHORTEST_PAUSE = 0.05


def backstop(seconds: float) -> float:
    """Return the seconds of wall time after which a limit is over, whatever was used.

    For code that sleeps, waits for a lock or for an input.  A machine has to be very busy before
    code that computes comes so far.

    Parameters
    ----------
    seconds : float
        The limit, in processor time.
    """
    return 4 * seconds + 10


class TooLate(Exception):
    """The code was interrupted, because its time was up; the kernel lives.

    Parameters
    ----------
    limit : Limit

    Attributes
    ----------
    seconds : float
        What it had: of processor time, or of waiting.
    waited : bool
        Whether it was waiting for something, and did not compute.
    """

    def __init__(self, limit: "Limit") -> None:
        self.waited = limit.is_counted and not limit.is_used_up
        self.seconds = limit.wall if self.waited else limit.seconds
        super().__init__(f"it {'waited' if self.waited else 'took'} longer than {self.seconds:g} s")


class ProcessorTime:
    """What is known of the processor time that a notebook's processes have used.

    Between two looks it is at most what was waited for them.  (A process with several threads can
    use more; that is seen at the next look.)

    Parameters
    ----------
    spent : callable, optional
        Returns the seconds of processor time that were used so far.  Without it, and when it
        raises, the time that was waited counts as used.
    clock : callable
        Seconds of wall time.
    """

    def __init__(
        self, spent: Callable[[], float] | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self.clock = clock
        self.is_counted = spent is not None
        self.seen = 0.0
        self._spent = spent
        self._unseen = 0.0  # waited since the last look
        self._began: float | None = None  # the wait that goes on
        self._new_limits: weakref.WeakSet[Limit] = weakref.WeakSet()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Count the block as a time in which the processes may have computed."""
        self._began = self.clock()
        try:
            yield
        finally:
            self._unseen, self._began = self._waited(), None

    @property
    def at_most(self) -> float:
        """The most that can have been used, in seconds."""
        return self.seen + self._waited()

    def enter(self, limit: "Limit") -> None:
        """Have a new limit told about the next look."""
        self._new_limits.add(limit)

    def look(self) -> None:
        """Ask what was used."""
        before = self.at_most
        found = before
        with contextlib.suppress(Exception):  # the sandbox is gone: the kernel's end will be seen
            found = max(float(self._spent()), self.seen)  # type: ignore[misc]  # None raises, too
        self.seen, self._unseen = found, 0.0
        if self._began is not None:
            self._began = self.clock()
        for limit in self._new_limits:
            limit.settle(found, before)
        self._new_limits.clear()

    def _waited(self):
        return self._unseen + (0.0 if self._began is None else self.clock() - self._began)


class Limit:
    """So many seconds from now.

    Parameters
    ----------
    seconds : float
        Of processor time; of wall time where that is not counted.
    time : ProcessorTime, optional
    wall : float, optional
        Seconds of wall time after which it is over all the same; `backstop` of `seconds` otherwise.

    Attributes
    ----------
    end : float
        When it is over, whatever was used, on the clock of `time`.
    """

    def __init__(
        self, seconds: float, time: ProcessorTime | None = None, wall: float | None = None
    ) -> None:
        self._time = time or ProcessorTime()
        self.is_counted = self._time.is_counted
        self.seconds = seconds
        self.wall = (backstop(seconds) if wall is None else wall) if self.is_counted else seconds
        self.end = self._time.clock() + self.wall
        self._lowest = self._time.seen
        self._begin = self._time.at_most
        self._is_new = self.is_counted
        if self._is_new:
            self._time.enter(self)

    @property
    def is_used_up(self) -> bool:
        """Whether the processor time is used up, as far as it is known."""
        return self.is_counted and self._used >= self.seconds

    def settle(self, found: float, at_most: float) -> None:
        """Take note of the first look since this limit began.

        Parameters
        ----------
        found : float
            Seconds of processor time that were used by now.
        at_most : float
            What `ProcessorTime.at_most` was just before.
        """
        # Used in the time since the beginning: neither more than all that was used since the look
        # before, nor more than was waited.
        self._begin = max(self._lowest, found - (at_most - self._begin))
        self._is_new = False

    def is_over(self) -> bool:
        """Tell whether the time is up; look at the processor time where that depends on it."""
        if self._time.clock() >= self.end:
            return True
        if self.is_counted and self._used >= self._next_look:
            self._time.look()
        return self.is_used_up

    def pause(self) -> float:
        """Return the seconds in which it cannot be over; never less than a short pause."""
        left = self.end - self._time.clock()
        if self.is_counted:
            left = min(left, self._next_look - self._used)
        return max(left, _SHORTEST_PAUSE)

    @property
    def _used(self):
        return self._time.at_most - self._begin

    @property
    def _next_look(self):
        return min(FIRST_LOOK, self.seconds) if self._is_new else self.seconds
