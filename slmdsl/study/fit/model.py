"""What a fit of a log says, in the terms of the language: streams, steps, people, and what it cannot be trusted in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    import numpy as np
    import numpy.typing as npt

    from slmdsl.stats.cautions import Caution
    from slmdsl.stats.families import Fitted
    from slmdsl.study.fit.arrivals.forms import ArrivalFit
    from slmdsl.study.fit.staff import ShiftFit
    from slmdsl.study.fit.times import Method

    Floats = npt.NDArray[np.float64]
    Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Length:
    """How long something takes, in microseconds.

    Attributes:
        fitted: the family; None where there are too few values: then it is `constant_us`.
        constant_us: the median of the few values, or what is assumed.
        count: of the values.
        calendar: on which they are counted, by its name; None: plain time.
        values: what was fitted on, for pictures and draws; `tickets`: the log's row of each one's ticket.
        is_assumed: whether the log says nothing of it.
    """

    fitted: Fitted | None
    constant_us: float
    count: int
    calendar: str | None = None
    values: Floats | None = None
    tickets: Int64 | None = None
    is_assumed: bool = False

    @property
    def median_us(self) -> float:
        """The value that half do not exceed."""
        return self.constant_us if self.fitted is None else self.fitted.median

    @property
    def mean_us(self) -> float:
        """The mean."""
        return self.constant_us if self.fitted is None else self.fitted.mean


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareFit:
    """A part of a mix: `name` (None: resolved), its share (0 to 1), and how many of the log it is."""

    name: str | None
    share: float
    count: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkFit:
    """`works [for PRIORITIES] LENGTH`."""

    priorities: tuple[str, ...]
    length: Length


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChanceFit:
    """Something that happens with a chance (0 to 1), and how long it takes or after which time.

    `count` is how often it did in the log, `of` how often it could; `hit` and `could` are their tickets' rows.
    """

    share: float
    length: Length
    count: int
    of: int
    hit: Int64 | None = None
    could: Int64 | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StepFit:
    """One step.

    Attributes:
        name: of the step; `by`: the group that works it, where it is not called so.
        visits: how many of the log it was fitted on.
        works: by priority, the general one first; none where tickets only wait.
        left: for draws, of each visit that `routes` were told from: its ticket's row in the log, and the place of
            its route in `routes` (-1: left out).
        remark: a key of what a reader has to know: `opening`, `in_hand`, `rest`, `elsewhere`.
    """

    name: str
    by: str | None = None
    visits: int = 0
    answers: Length | None = None
    gives_up: ChanceFit | None = None
    works: tuple[WorkFit, ...] = ()
    waits: Length | None = None
    routes: tuple[ShareFit, ...] = ()
    left: tuple[Int64, Int64] | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriorityFit:
    """The shares of priorities, in a service or (None) wherever no other is said."""

    service: str | None
    shares: tuple[ShareFit, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StreamFit:
    """One kind of ticket.

    Attributes:
        heading: as the load says it: `incidents`, `requests for laptop`; `name`: as scenarios say it.
        profile: the name of its profile.
        arrivals: how it arrives.
    """

    heading: str
    name: str
    profile: str
    arrivals: ArrivalFit
    services: tuple[ShareFit, ...]
    priorities: tuple[PriorityFit, ...]
    customers: tuple[ShareFit, ...]
    start: str
    steps: tuple[StepFit, ...]
    customer_wait: ChanceFit | None
    reopens: ChanceFit | None

    def step(self, name: str) -> StepFit:
        """Return a step by its name.

        Raises:
            KeyError: there is none.
        """
        return {each.name: each for each in self.steps}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFit:
    """A team that no contract declares: its name, title, and the names in the data that it stands for."""

    name: str
    title: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFit:
    """Who works for a group, as the actors of the log show.

    Attributes:
        group: the team's name.
        actors: how many people of the log it is inferred from; 0: from the work alone.
        is_shelf: whether it stands for tickets in somebody's hands rather than for people.
        utilisation: work by hours of agents, in a usual week.
        raised: by how many agents each shift was raised, since a desk that kept up cannot have been busier.
    """

    group: str
    zone: str
    regions: tuple[str, ...]
    shifts: tuple[ShiftFit, ...]
    by_priority: bool
    actors: int
    is_shelf: bool = False
    utilisation: float = 0.0
    raised: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draws:
    """What the parameters may be as well, as `uncertain` reads it: a row for each draw, a column for each parameter."""

    columns: tuple[str, ...]
    rows: Floats

    def to_csv(self) -> str:
        """Return the table as a file's text, the number of the draw first."""
        lines = [",".join(("draw", *self.columns))]
        lines += [
            ",".join((str(number), *(f"{value:.6g}" for value in row)))
            for number, row in enumerate(self.rows)
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadModel:
    """A load model fitted on a log: `to_slm()` writes it.

    Attributes:
        name: of the load; `scenario`, `experiment`: of what runs it.
        source: what the log was read from, for the comment; empty where not told.
        method: how work was told from waiting.
        first: the first day that was fitted on; `last`: the last one, both included, in `zone`.
        files: of the project, from its root, that the text has to import.
        agreements: the names of those that judge the scenario.
        teams: those that no contract declares.
        staff: those inferred from the log.
        carried: the share of visits in groups that stay themselves.
        tickets: how many were fitted on.
        cautions: what this cannot be trusted in, beside those of arrivals and lengths.
        draws: what the parameters may be as well; None: not asked for.
    """

    name: str
    scenario: str
    experiment: str
    source: str
    method: Method
    zone: str
    first: date
    last: date
    files: tuple[str, ...]
    agreements: tuple[str, ...]
    streams: tuple[StreamFit, ...]
    teams: tuple[TeamFit, ...]
    staff: tuple[StaffFit, ...]
    carried: float
    tickets: int
    cautions: tuple[Caution, ...] = ()
    draws: Draws | None = None

    def to_slm(self, *, file: str = "<fit>", draws: str | None = None) -> str:
        """Return the model as text in canonical layout.

        Args:
            file: where it will stand, from the project's root: imports are relative to it. The usual one is no
                file of any project, so that none is left out.
            draws: the file beside it with `draws`, named by the load; None: it says nothing of uncertainty.

        For example `model.to_slm(file="models/load.slm")`.
        """
        from slmdsl.study.fit.to_slm import text_of  # noqa: PLC0415 - it reads this module

        return text_of(self, file=file, draws=draws)
