"""One desk of ten agents, simulated by Ciw or by salabim. A process of its own: `bench_engines.py` starts it.

    python _neighbours.py ciw|salabim SHARE_OF_P1 DAYS RUNS

Prints a line per run: tickets that were worked on, seconds, mean wait in seconds. A share of 0 is order of arrival.
Both keep records of every customer; neither writes a log of events.
"""

import sys
import time
from pathlib import Path

# Ciw installs its own tests as a package `tests`, which would hide ours: it lives apart from the environment.
FOLDER = Path(sys.prefix) / "neighbours"
PER_HOUR, WORK_H, AGENTS = 27.0, 1 / 3, 10


def ciw_run(share, hours, seed):
    import ciw

    rates = {"P1": share * PER_HOUR, "P2": (1 - share) * PER_HOUR} if share else {"P1": PER_HOUR}
    network = ciw.create_network(
        arrival_distributions={name: [ciw.dists.Exponential(rate)] for name, rate in rates.items()},
        service_distributions={name: [ciw.dists.Exponential(1 / WORK_H)] for name in rates},
        number_of_servers=[AGENTS],
        priority_classes={name: place for place, name in enumerate(sorted(rates))},
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(hours)
    waits = [each.waiting_time * 3600 for each in simulation.get_all_records()]
    return len(waits), sum(waits) / len(waits)


def salabim_run(share, hours, seed):
    import salabim

    salabim.yieldless(False)
    environment = salabim.Environment(trace=False, random_seed=seed)
    agents = salabim.Resource("agents", capacity=AGENTS, monitor=False)
    between, work = salabim.Exponential(1 / PER_HOUR), salabim.Exponential(WORK_H)
    choose = salabim.random.random
    waits = []

    class Ticket(salabim.Component):
        def process(self):
            came = environment.now()
            yield self.request((agents, 1, 0 if choose() < share else 1))
            waits.append(environment.now() - came)
            yield self.hold(work.sample())
            self.release()

    class Arrivals(salabim.Component):
        def process(self):
            while True:
                yield self.hold(between.sample())
                Ticket()

    Arrivals()
    environment.run(till=hours)
    return len(waits), sum(waits) / len(waits) * 3600


def main():
    sys.path.append(str(FOLDER))
    name, share, days, runs = sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    run = {"ciw": ciw_run, "salabim": salabim_run}[name]
    for seed in range(runs):
        begin = time.perf_counter()
        tickets, wait = run(share, days * 24, seed)
        print(tickets, time.perf_counter() - begin, wait)


if __name__ == "__main__":
    main()
