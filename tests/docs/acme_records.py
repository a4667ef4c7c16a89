"""The records of the worked company in `models/acme/data`: three months of a desk that does not exist.

`python -m tests.docs.acme_records` writes them anew; `tests/docs/test_models.py` holds the files against it. Everything
comes from one seed and the company's own calendar, so that the figures in its agreements have something to bite on.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import slmdsl
from slmdsl.base.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SEED = 2027
ZONE = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = date(2027, 1, 1), date(2027, 3, 31)
END = datetime(2027, 4, 1, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)

# what one draws from: a value and its weight
CUSTOMERS = {"Acme Retail BV": 70, "Acme Logistics BV": 18, "Acme franchise shops": 12}
SITES = {
    "Acme Retail BV": {"Delft": 40, "Breda": 35, "Zwolle": 25},
    "Acme Logistics BV": {"Venlo": 60, "Moerdijk": 40},
    "Acme franchise shops": {"Goes": 50, "Assen": 50},
}
SERVICES = {"MAIL01": 45, "POS": 35, "WAN1": 20}
PRIORITIES = {"1 - Critical": 3, "2 - High": 13, "3 - Moderate": 54, "4 - Low": 30}
CHANNELS = {"phone": 50, "web": 30, "email": 13, "walk-in": 6, "": 1}
CAUSES = {"": 90, "component": 7, "customer": 3}
WORK_HOURS = {"1": (2.0, 0.5), "2": (3.6, 0.6), "3": (9.0, 0.75), "4": (16.0, 0.8)}  # median and spread
ANSWER_MINUTES = {"1": (5, 0.6), "2": (22, 0.7), "3": (70, 0.8), "4": (120, 0.8)}

TICKET_COLUMNS = (
    "number", "type", "service", "priority", "customer", "group", "opened", "first reply", "resolved",
    "closed", "reopenings", "site", "channel", "caused by",
)  # fmt: skip
EVENT_COLUMNS = ("number", "at", "event", "state", "group", "by", "public")

# Local wall time; the first three are what `acme_gold.mail_up` and `acme_gold.till_up` are worked out from.
OUTAGES = (
    ("WAN", "2027-01-27 01:00", "2027-01-27 02:30", "no", "", "force_majeure"),
    ("Mail", "2027-02-03 10:12", "2027-02-03 11:40", "no", "", "component"),
    ("Tills", "2027-03-12 16:05", "2027-03-12 16:20", "no", "", "release"),
    ("Mail", "2027-01-10 02:00", "2027-01-10 04:30", "yes", "2027-01-04 09:00", "works"),
    ("East", "2027-01-19 03:00", "2027-01-19 07:40", "no", "", "component"),
    ("West", "2027-02-22 13:00", "2027-02-22 14:10", "no", "", "component"),
    ("East", "2027-02-22 13:50", "2027-02-22 14:30", "no", "", "component"),
)
# what a user notices of them, once needs are followed: both halls are down from 13:50 to 14:10
FELT = {
    "Mail": (
        ("2027-01-10 02:00", "2027-01-10 04:30"),
        ("2027-01-27 01:00", "2027-01-27 02:30"),
        ("2027-02-03 10:12", "2027-02-03 11:40"),
        ("2027-02-22 13:50", "2027-02-22 14:10"),
    ),
    "Tills": (
        ("2027-01-27 01:00", "2027-01-27 02:30"),
        ("2027-02-22 13:50", "2027-02-22 14:10"),
        ("2027-03-12 16:05", "2027-03-12 16:20"),
    ),
}


def draw(chance: random.Random, weights: dict[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def around(chance: random.Random, median: float, spread: float) -> float:
    return median * chance.lognormvariate(0, spread)


def local(at: datetime | None) -> str:
    return "" if at is None or at >= END else at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def instant(wall: str) -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZONE).astimezone(UTC)


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=each) for each in range((LAST - FIRST).days + 1))


class Desk:
    """Tickets and what happened to them, drawn one after the other."""

    def __init__(self) -> None:
        self.chance = random.Random(SEED)
        self.office = slmdsl.load(shipped("models") / "acme" / "calendars.slm").calendars["office"]
        self.tickets: list[dict[str, str]] = []
        self.events: list[dict[str, str]] = []
        self.answers: list[dict[str, object]] = []
        for day in days():
            self.incidents_of(day)
            if day.weekday() == 0:
                self.laptops_of(day)

    def incidents_of(self, day: date) -> None:
        busy = {5: 4, 6: 2}.get(day.weekday(), 10)
        count = max(0, round(self.chance.gauss(busy, busy**0.5)))
        minutes = sorted(int(self.chance.triangular(6 * 60, 22 * 60, 10 * 60)) for _ in range(count))
        for minute in minutes:
            self.incident(datetime.combine(day, time(), ZONE).astimezone(UTC) + minute * MINUTE)

    def incident(self, opened: datetime) -> None:
        chance = self.chance
        row = self.row("Incident", draw(chance, PRIORITIES), draw(chance, CUSTOMERS), opened)
        service = draw(chance, SERVICES)
        row["service"] = f"POS{chance.randint(1, 40):03}" if service == "POS" else service
        row["channel"], row["caused by"] = draw(chance, CHANNELS), draw(chance, CAUSES)
        row["reopenings"] = str(int(chance.random() < 0.03))
        priority = row["priority"][0]
        replied = self.after(opened, around(chance, *ANSWER_MINUTES[priority]) / 60, priority)
        worked = around(chance, *WORK_HOURS[priority])
        resolved = self.after(self.handed_over(row, opened, priority), worked, priority)
        resolved = self.waited(row, opened, resolved, priority)
        row["first reply"] = local(min(replied, resolved))
        self.over(row, max(resolved, opened + 2 * MINUTE))
        self.talk(row, opened, resolved, priority)

    def laptops_of(self, day: date) -> None:
        for hour in (9, 11, 14):
            opened = datetime.combine(day, time(hour, 20), ZONE).astimezone(UTC)
            row = self.row("Laptop", "4 - Low", "Acme Retail BV", opened)
            row |= {"service": "MAIL01", "channel": "web", "reopenings": "0", "caused by": ""}
            row["first reply"] = local(self.after(opened, 1, "4"))
            self.over(row, self.after(opened, 9.5 * self.chance.uniform(1.2, 4.6), "4"))

    def row(self, kind: str, priority: str, customer: str, opened: datetime) -> dict[str, str]:
        row = dict.fromkeys(TICKET_COLUMNS, "")
        row |= {"number": f"INC{len(self.tickets) + 1:05}", "type": kind, "priority": priority}
        row |= {"customer": customer, "group": "Service Desk", "opened": local(opened)}
        row["site"] = draw(self.chance, SITES[customer])
        self.tickets.append(row)
        return row

    def after(self, start: datetime, hours: float, priority: str) -> datetime:
        """Return when so much work is done: day and night for what is critical, else in office hours."""
        work = timedelta(minutes=max(1, round(hours * 60)))
        return whole(start + work if priority == "1" else self.due(start, work))

    def due(self, start: datetime, work: timedelta) -> datetime:
        found = self.office.due(start, work)
        assert found is not None, "the office opens again"
        return found.astimezone(UTC)

    def over(self, row: dict[str, str], resolved: datetime) -> None:
        closed = self.after(resolved, self.chance.uniform(10, 28), "4")
        row["resolved"], row["closed"] = local(resolved), local(closed)
        if row["resolved"] and self.chance.random() < 0.2:
            at = whole(resolved + self.chance.randint(30, 2_000) * MINUTE)
            stars = self.chance.choices((5, 4, 3, 2, 1), (52, 30, 10, 5, 3))[0]
            told = {"answered_at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "ticket": row["number"], "stars": stars}
            self.answers.append(told)

    def handed_over(self, row: dict[str, str], opened: datetime, priority: str) -> datetime:
        """A quarter goes to application support, a few to the supplier; work starts when somebody has it."""
        lot = self.chance.random()
        if lot < 0.7:
            return opened
        group = "App Support" if lot < 0.94 else "HostCo"
        moved = self.after(opened, around(self.chance, 0.2, 0.5), priority)
        taken = self.after(moved, around(self.chance, 0.1, 0.5), priority)
        self.event(row, moved, event="group", group=group, by="agent", public="no")
        self.event(row, taken, event="message", by="agent", public="no")
        return taken

    def waited(self, row: dict[str, str], opened: datetime, resolved: datetime, priority: str) -> datetime:
        """Some wait for the customer on the way; the clock stands still as long."""
        if priority == "1" or self.chance.random() > 0.25:
            return resolved
        asked = opened + (resolved - opened) * self.chance.uniform(0.3, 0.8)
        asked, told = whole(asked), self.after(asked, around(self.chance, 6, 0.8), "4")
        self.event(row, asked, event="state", state="waiting for customer", by="agent", public="no")
        self.event(row, told, event="state", state="in progress", by="customer", public="no")
        return self.due(told, self.office.elapsed(asked, resolved))

    def talk(self, row: dict[str, str], opened: datetime, resolved: datetime, priority: str) -> None:
        """Customers ask when the matter presses, and are told; in a P1 they are told anyway."""
        if priority == "1":
            at = opened + self.chance.randint(10, 25) * MINUTE
            while at < resolved:
                self.event(row, at, event="message", by="agent", public="yes")
                at += self.chance.randint(18, 31) * MINUTE
        elif priority == "2" and self.chance.random() < 0.5:
            asked = whole(opened + (resolved - opened) * 0.5)
            reply = self.after(asked, around(self.chance, 0.7, 0.7), "2")
            if reply < resolved:
                self.event(row, asked, event="message", by="customer", public="yes")
                self.event(row, reply, event="message", by="agent", public="yes")

    def event(self, row: dict[str, str], at: datetime, **facts: str) -> None:
        if local(at):
            self.events.append(
                dict.fromkeys(EVENT_COLUMNS, "") | {"number": row["number"], "at": local(at)} | facts
            )


def samples() -> Iterator[tuple[str, str, str, str]]:
    """Up or down every half hour and at each change, and for the tills how long a checkout took."""
    chance = random.Random(SEED + 1)
    for service, outages in FELT.items():
        spans = [(instant(start), instant(end)) for start, end in outages]
        edges = {edge for span in spans for edge in span}
        begin = datetime.combine(FIRST, time(), ZONE).astimezone(UTC)
        slots = int((END - begin) / (30 * MINUTE))
        for at in sorted(edges | {begin + each * 30 * MINUTE for each in range(slots)}):
            down = any(start <= at < end for start, end in spans)
            took = "" if down or service != "Tills" else str(min(790, round(around(chance, 240, 0.35))))
            yield service, at.strftime("%Y-%m-%dT%H:%M:%SZ"), "down" if down else "up", took


def checkouts() -> Iterator[tuple[str, int, int]]:
    """Checkouts in each open hour of the shops, and how many of them went well."""
    chance = random.Random(SEED + 2)
    spans = [(instant(start), instant(end)) for start, end in FELT["Tills"]]
    for day in days():
        for hour in range(7, 22):
            at = datetime.combine(day, time(hour), ZONE).astimezone(UTC)
            tried = chance.randint(800, 2_400)
            down = sum(
                max(timedelta(), min(end, at + 60 * MINUTE) - max(start, at)) / MINUTE for start, end in spans
            )
            failed = round(tried * down / 60) + sum(chance.random() < 0.0004 for _ in range(tried))
            yield at.strftime("%Y-%m-%dT%H:%M:%SZ"), tried - failed, tried


def table(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return out.getvalue()


def records() -> dict[str, str]:
    """The text of every file, by its name; names that end in `.gz` are stored compressed."""
    desk = Desk()
    events = sorted(desk.events, key=lambda row: (row["at"], row["number"]))
    return {
        "tickets.csv": table(TICKET_COLUMNS, (row.values() for row in desk.tickets)),
        "events.csv.gz": table(EVENT_COLUMNS, (row.values() for row in events)),
        "samples.csv.gz": table(("service", "observed_at", "state", "response_ms"), samples()),
        "checkouts.csv.gz": table(("hour", "ok", "all"), checkouts()),
        "outages.csv": table(("service", "start", "end", "planned", "announced", "cause"), OUTAGES),
        "survey.jsonl": "".join(json.dumps(each) + "\n" for each in desk.answers),
    }


def read(path: Path) -> str:
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in records().items():
        content = gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode()
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(__file__).parents[2] / "models" / "acme" / "data")
