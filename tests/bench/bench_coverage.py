"""How often intervals cover the truth, and how often decisions are wrong: whole studies in miniature, many times over.

    python tests/bench/bench_coverage.py [experiments] [--log]

An experiment is a study whose truth is known: replications of PERIODS periods, kept with a given chance. Periods of a
replication are independent; or they share their luck, so that two of them have a correlation of 0.2, 0.5 or 1
(beta-binomial shares). Every figure is of the product's own functions. With the same number of experiments the figures
are always the same; `--log` writes those of a full run to tests/bench/logs/coverage.txt.
"""

import sys
from pathlib import Path
from statistics import NormalDist

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from scipy.special import stdtrit

from slmdsl.stats.bootstrap import mean_interval
from slmdsl.stats.decisions import FIRST_LOOK, Decision, Wager
from slmdsl.stats.intervals import clopper_pearson, korn_graubard, t_interval
from slmdsl.stats.looks import STEP, is_narrow, next_look
from slmdsl.stats.quantiles import quantile_interval

LOG = Path(__file__).parent / "logs" / "coverage.txt"
EXPERIMENTS, PERIODS, AT_MOST = 4_000, 12, 400
CHANCES = 0.5, 0.8, 0.95
AT_ONCE = 250
TICKETS = 150


def luck(*cell):
    """Luck of its own for each cell of a table, so that one can be run without the others."""
    return np.random.default_rng([round(1_000 * number) for number in cell])


def shares(random, shape, chance, correlation):
    """The share of its periods that each replication keeps, in an array of `shape`."""
    if correlation == 1:
        return (random.random(shape) < chance).astype(float)
    if correlation:
        rest = 1 / correlation - 1
        chance = random.beta(chance * rest, (1 - chance) * rest, shape)
    return random.binomial(PERIODS, chance, shape) / PERIODS


def covered(intervals, truth):
    """Return the shares of intervals that lie above, around and below the truth."""
    lows = np.array([each.low for each in intervals])
    highs = np.array([each.high for each in intervals])
    above, below = float(np.mean(lows > truth)), float(np.mean(highs < truth))
    return above, 1 - above - below, below


def chance_coverage(experiments, runs, chance, correlation, interval=lambda row: korn_graubard(row, PERIODS)):
    """Korn-Graubard on `runs` replications."""
    drawn = shares(luck(1, runs, chance, correlation), (experiments, runs), chance, correlation)
    return covered([interval(row) for row in drawn], chance)


def of_normal_freedom(row):
    """Korn-Graubard as published: R - 1 degrees of freedom, as if shares were normal."""
    runs, value, spread = len(row), float(np.mean(row)), float(np.var(row, ddof=1)) / len(row)
    if not spread:
        return clopper_pearson(runs * value, runs)
    factor = stdtrit(runs * PERIODS - 1, 0.975) / stdtrit(runs - 1, 0.975)
    periods = min(runs * PERIODS, value * (1 - value) / spread * factor**2)
    return clopper_pearson(value * periods, periods)


def exact_coverage(experiments, runs, chance):
    """Clopper-Pearson on `runs` replications of one period, or on a whole horizon."""
    kept = luck(2, runs, chance).binomial(runs, chance, experiments)
    of_count = {count: clopper_pearson(count, runs) for count in set(kept.tolist())}
    return covered([of_count[count] for count in kept.tolist()], chance)


def level_coverage(experiments, runs, level, *, together):
    """Student's interval of the mean attained level: shares of TICKETS a period, of days good and bad.

    A period's true level varies by a beta distribution whose correlation is 0.02, one draw for each period or one for
    all periods of a replication.
    """
    random, rest = luck(3, runs, level, together), 1 / 0.02 - 1
    shape = (experiments, runs, PERIODS)
    true = random.beta(level * rest, (1 - level) * rest, (*shape[:2], 1) if together else shape)
    attained = (random.binomial(TICKETS, np.broadcast_to(true, shape)) / TICKETS).mean(axis=2)
    return covered([t_interval(row) for row in attained], level)


def credits_drawn(random, shape, free):
    """Money of which a share is nothing and the rest lognormal (sigma 1), in whole cents; and its true mean."""
    amounts = np.round(random.lognormal(10, 1, shape))
    return np.where(random.random(shape) < free, 0.0, amounts), (1 - free) * np.exp(10.5)


def money_coverage(experiments, runs, free, interval):
    """The mean of skewed money by `interval`."""
    drawn, mean = credits_drawn(luck(4, runs, free), (experiments, runs), free)
    return covered([interval(row) for row in drawn], mean)


def quantile_coverage(experiments, runs, share):
    """A quantile of lognormal money; and the share of intervals without an upper end."""
    drawn = luck(5, runs, share).lognormal(0, 1, (experiments, runs))
    truth = np.exp(NormalDist().inv_cdf(share))
    found = [quantile_interval(row, share) for row in drawn]
    return *covered(found, truth), float(np.mean([np.isinf(each.high) for each in found]))


def narrow_coverage(experiments, chance, correlation, half_width):
    """Korn-Graubard where `until half width` stops; and how many replications that takes on average."""
    drawn = shares(luck(6, chance, correlation), (experiments, AT_MOST), chance, correlation)
    found, taken = zip(*(_until_narrow(row, half_width) for row in drawn), strict=True)
    return *covered(found, chance), float(np.mean(taken))


def _until_narrow(row, half_width):
    done = 0
    while True:
        done = next_look(done, AT_MOST)
        interval = korn_graubard(row[:done], PERIODS)
        if done == AT_MOST or is_narrow(interval, half_width):
            return interval, done


def wrong_decisions(experiments, wanted, correlation):
    """The shares of wrong keeps and of wrong fails where the chance is just as wanted, at looks at 20, 40 .. 400."""
    random, looks = luck(7, wanted, correlation), np.arange(FIRST_LOOK, AT_MOST + 1, STEP) - 1
    keeps = fails = 0
    for start in range(0, experiments, AT_ONCE):
        drawn = shares(random, (min(AT_ONCE, experiments - start), AT_MOST), wanted, correlation)
        found = _decided(drawn, wanted, looks)
        if not start:
            expected = [_by_the_product(row, wanted, looks) for row in drawn[:8]]
            assert [str(each) for each in found[:8]] == expected
        keeps += int(np.sum(found == Decision.KEEPS))
        fails += int(np.sum(found == Decision.FAILS))
    return keeps / experiments, fails / experiments


def _decided(drawn, wanted, looks):
    """What `Wager` says of every row at the first look that decides: all purses at once."""
    wager, gains = Wager(wanted), (drawn - wanted)[:, :, None]
    ups = np.cumsum(np.log1p(wager._above * gains), axis=1)[:, looks]
    downs = np.cumsum(np.log1p(-wager._below * gains), axis=1)[:, looks]
    keeps = np.exp(ups).mean(axis=2) >= 1 / wager.risk
    fails = np.exp(downs).mean(axis=2) >= 1 / wager.risk
    first = np.argmax(keeps | fails, axis=1)
    rows = np.arange(len(drawn))
    return np.select(
        [keeps[rows, first], fails[rows, first]],
        [str(Decision.KEEPS), str(Decision.FAILS)],
        str(Decision.OPEN),
    )


def _by_the_product(row, wanted, looks):
    wager = Wager(wanted)
    for number, share in enumerate(row.tolist()):
        wager.add(share)
        if number in looks and wager.decision is not Decision.OPEN:
            break
    return str(wager.decision)


def dependence(correlation):
    return {0: "independent", 1: "all alike"}.get(correlation, f"correlated {correlation}")


def within(middle, low, high):
    return "" if low <= middle <= high else "above" if middle > high else "BELOW"


def row(label, found, low=0.0, high=1.0, more=""):
    above, middle, below = found[:3]
    return (
        f"  {label:<44}{100 * middle:7.1f}{100 * above:9.1f}{100 * below:9.1f}"
        f"   {within(round(middle, 4), low, high)}{more}".rstrip()
    )


HEAD = f"  {'':<44}{'covers':>7}{'too high':>9}{'too low':>9}"


def chances(experiments):
    yield f"Korn-Graubard, chance of {PERIODS} periods, 95 %; wanted 93.5 .. 96.5"
    yield HEAD
    for runs in (40, 60, 100, 200):
        for chance in CHANCES:
            for correlation in (0, 0.2, 0.5, 1):
                label = f"R = {runs}, chance {chance}, {dependence(correlation)}"
                yield row(label, chance_coverage(experiments, runs, chance, correlation), 0.935, 0.965)

    yield "  No row may be below. What is above is the price of exact intervals: Clopper-Pearson covers more than"
    yield "  it says where few misses are expected (see its own table), and so does Korn-Graubard where periods are"
    yield "  nearly all alike, or a few replications have the misses. From 100 replications on, with correlations"
    yield "  up to 0.2, all is within."


def freedom(experiments):
    yield "Degrees of freedom by the kurtosis of the shares (ours) beside R - 1, on the same experiments; reported"
    yield HEAD
    for runs in (20, 40, 60, 100):
        for correlation in (0.2, 0.5):
            for name, interval in (
                ("ours", lambda row: korn_graubard(row, PERIODS)),
                ("R - 1", of_normal_freedom),
            ):
                label = f"R = {runs}, chance 0.95, {dependence(correlation)}, {name}"
                yield row(label, chance_coverage(experiments, runs, 0.95, correlation, interval))


def exact(experiments):
    yield "Clopper-Pearson, one period or the whole horizon, 95 %; wanted at least 94.3"
    yield HEAD
    for runs in (40, 100, 400):
        for chance in CHANCES:
            yield row(f"R = {runs}, chance {chance}", exact_coverage(experiments, runs, chance), 0.943)


def levels(experiments):
    yield "Student's t, mean attained level, 95 %; wanted 93.5 .. 96.5"
    yield HEAD
    for runs in (20, 40, 100):
        for level in (0.8, 0.95):
            for together in (False, True):
                label = f"R = {runs}, level {level}, {dependence(int(together))} periods"
                found = level_coverage(experiments, runs, level, together=together)
                yield row(label, found, 0.935, 0.965)


def money(experiments):
    yield "Mean of skewed money, 95 %: BCa beside Student's t on the same amounts; reported"
    yield HEAD
    for runs, free in ((50, 0.0), (50, 0.6), (100, 0.6), (200, 0.6)):
        for name, interval in (("BCa", mean_interval), ("t", t_interval)):
            label = f"R = {runs}, {100 * free:.0f} % nothing, else lognormal, {name}"
            yield row(label, money_coverage(experiments, runs, free, interval))


def quantiles(experiments):
    yield "Quantiles by order statistics, 95 %, exact or more; wanted at least 94.3"
    yield f"{HEAD}     without an upper end"
    for runs in (40, 100, 400):
        for share in (0.5, 0.95):
            *found, endless = quantile_coverage(experiments, runs, share)
            yield row(f"R = {runs}, quantile {share}", found, 0.943, more=f"{100 * endless:20.0f} %")


def narrow(experiments):
    yield f"Korn-Graubard at the end of `until half width`, looks at 60, 80 .. {AT_MOST}; reported"
    yield f"{HEAD}     replications"
    for chance, correlation, half_width in (
        (0.8, 0, 0.02),
        (0.8, 0.2, 0.03),
        (0.95, 0, 0.01),
        (0.95, 0.2, 0.02),
    ):
        *found, taken = narrow_coverage(experiments, chance, correlation, half_width)
        label = f"<= {100 * half_width:.0f} %, chance {chance}, {dependence(correlation)}"
        yield row(label, found, more=f"{taken:14.0f}")


def decisions(experiments):
    yield f"Decisions at looks at 20, 40 .. {AT_MOST}, risk 5 %, chance just as wanted; each at most 5"
    yield f"  {'':<44}{'keeps':>7}{'fails':>9}"
    for wanted in CHANCES:
        for correlation in (0, 0.2, 0.5, 1):
            keeps, fails = wrong_decisions(experiments, wanted, correlation)
            said = "ABOVE" if max(keeps, fails) > 0.05 else ""
            label = f"wanted {wanted}, {dependence(correlation)}"
            yield f"  {label:<44}{100 * keeps:7.1f}{100 * fails:9.1f}   {said}".rstrip()


def tables(experiments):
    error = 100 * (0.95 * 0.05 / experiments) ** 0.5
    yield f"{experiments:,} experiments a row: 95 % has a standard error of {error:.2f} points."
    yield "`covers` is how many intervals cover the truth, in percent; `too high` and `too low` are those beyond it."
    for table in (chances, freedom, exact, levels, money, quantiles, narrow, decisions):
        yield ""
        yield from table(experiments)


def main():
    numbers = [int(each) for each in sys.argv[1:] if each != "--log"]
    lines = []
    for line in tables(numbers[0] if numbers else EXPERIMENTS):
        print(line, flush=True)
        lines.append(line)
    if "--log" in sys.argv:
        LOG.parent.mkdir(exist_ok=True)
        LOG.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
