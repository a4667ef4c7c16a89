"""Families fitted on values drawn of known ones: what is found must be what was drawn."""

import numpy as np
import pytest
from scipy import stats

from slmdsl.stats.families import best_fit, resolution_of
from slmdsl.stats.parts import Part

MINUTE = 60e6

KNOWN = {
    "exponential": Part(family="exponential", parameters=(40 * MINUTE,)),
    "lognormal": Part(family="lognormal", parameters=(np.log(30 * MINUTE), 0.8)),
    "wide lognormal": Part(family="lognormal", parameters=(np.log(90 * MINUTE), 1.7)),
    "gamma": Part(family="gamma", parameters=(2.3, 10 * MINUTE)),
    "flat gamma": Part(family="gamma", parameters=(0.6, 100 * MINUTE)),
    "weibull": Part(family="weibull", parameters=(0.7, 30 * MINUTE)),
    "narrow weibull": Part(family="weibull", parameters=(2.5, 60 * MINUTE)),
}
PEERS = {
    "exponential": lambda part: stats.expon(scale=part.parameters[0]),
    "lognormal": lambda part: stats.lognorm(part.parameters[1], scale=np.exp(part.parameters[0])),
    "gamma": lambda part: stats.gamma(part.parameters[0], scale=part.parameters[1]),
    "weibull": lambda part: stats.weibull_min(part.parameters[0], scale=part.parameters[1]),
}

MIXES = {
    "far apart": ((0.3, 5, 0.4), (0.7, 100, 0.5)),
    "near": ((0.45, 8, 0.7), (0.55, 25, 0.9)),
    "rare": ((0.85, 20, 0.5), (0.15, 600, 0.6)),
}


def drawn(part, count, seed=2):
    luck = np.random.Generator(np.random.Philox(seed))
    return PEERS[part.family](part).ppf(luck.random(count))


def mixed(parts, count, seed=1):
    luck = np.random.Generator(np.random.Philox(seed))
    which = luck.choice(len(parts), count, p=[share for share, *_ in parts])
    median, sigma = (np.array([each[i] for each in parts])[which] for i in (1, 2))
    return median * MINUTE * np.exp(sigma * luck.standard_normal(count))


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("rounded", [0.0, MINUTE])
def test_a_known_family_is_found_with_its_quantiles(name, rounded):
    part = KNOWN[name]
    values = drawn(part, 4_000)
    fitted = best_fit(np.round(values / rounded) * rounded if rounded else values, resolution=rounded)
    assert fitted.family == part.family
    assert fitted.median == pytest.approx(part.quantile(0.5), rel=0.05)
    assert fitted.p90 == pytest.approx(part.quantile(0.9), rel=0.05)
    assert fitted.mean == pytest.approx(part.mean, rel=0.06)
    assert fitted.distance < 0.02
    assert not fitted.cautions


@pytest.mark.parametrize("name", MIXES)
def test_a_mix_is_found_with_its_quantiles(name):
    values, truth = mixed(MIXES[name], 4_000), mixed(MIXES[name], 200_000, seed=9)
    fitted = best_fit(values)
    assert fitted.family == "mix"
    assert sum(share for share, _ in fitted.parts) == pytest.approx(1.0)
    for share in (0.5, 0.9):
        assert fitted.quantile(share) == pytest.approx(np.quantile(truth, share), rel=0.06)
    assert fitted.below(np.array(fitted.p90)) == pytest.approx(0.9)
    assert fitted.distance < 0.02


def test_three_parts_are_mixed_where_that_is_allowed():
    values = mixed(((0.3, 2, 0.3), (0.4, 20, 0.3), (0.3, 300, 0.3)), 3_000)
    fitted = best_fit(values, parts_at_most=3)
    assert [round(share, 1) for share, _ in fitted.parts] == [0.3, 0.4, 0.3]
    assert best_fit(values, parts_at_most=1).family != "mix"


def test_values_of_one_family_are_no_mix():
    for seed in range(10):
        assert best_fit(drawn(KNOWN["lognormal"], 400, seed)).family != "mix"


def test_censored_values_count_as_longer():
    luck = np.random.Generator(np.random.Philox(7))
    part = KNOWN["lognormal"]
    values, given_up = drawn(part, 4_000), luck.exponential(60 * MINUTE, 4_000)
    seen, censored = np.minimum(values, given_up), given_up < values
    assert censored.mean() > 0.3
    fitted = best_fit(seen, censored=censored, resolution=0)
    assert fitted.median == pytest.approx(part.quantile(0.5), rel=0.06)
    assert fitted.p90 == pytest.approx(part.quantile(0.9), rel=0.08)
    assert fitted.distance < 0.05
    assert fitted.censored == censored.sum()
    assert [each.key for each in fitted.cautions] == ["mostly-censored"]
    assert best_fit(seen[~censored], resolution=0).median < 0.8 * part.quantile(0.5)


class TestZeros:
    def test_what_rounding_makes_of_short_values_is_no_share_of_its_own(self):
        values = (
            np.round(drawn(Part(family="exponential", parameters=(2 * MINUTE,)), 5_000) / MINUTE) * MINUTE
        )
        assert np.mean(values == 0) > 0.2
        fitted = best_fit(values)
        assert fitted.mean == pytest.approx(2 * MINUTE, rel=0.04)
        assert fitted.zeros < 40
        assert not fitted.cautions

    def test_other_zeros_stand_apart(self):
        values = np.concatenate([np.zeros(500), np.round(drawn(KNOWN["lognormal"], 1_500) / MINUTE) * MINUTE])
        fitted = best_fit(values)
        assert fitted.zeros == pytest.approx(500, abs=10)
        assert fitted.count == pytest.approx(1_500, abs=5)
        assert fitted.median == pytest.approx(KNOWN["lognormal"].quantile(0.5), rel=0.06)
        assert fitted.cautions[0].number("share") == pytest.approx(0.25, abs=0.01)


class TestResolution:
    def test_the_coarsest_step_is_found(self):
        assert resolution_of(np.arange(1, 9) * 15 * MINUTE) == 15 * MINUTE
        assert resolution_of(np.arange(1, 9) * MINUTE) == MINUTE
        assert resolution_of(np.arange(1, 9) * 1e6) == 1e6
        assert resolution_of(np.arange(1, 9) * 1.0) == 0.0

    def test_few_values_tell_little(self):
        assert resolution_of(np.array([3_600e6, 7_200e6])) == 1e6
        assert resolution_of(np.zeros(0)) == 0.0


class TestWhatIsDoubtful:
    def test_few_values(self):
        fitted = best_fit(drawn(KNOWN["exponential"], 12))
        assert [(each.key, each.number("count")) for each in fitted.cautions] == [("few-values", 12)]

    def test_values_like_nothing_here(self):
        luck = np.random.Generator(np.random.Philox(3))
        values = MINUTE * np.concatenate([luck.uniform(1, 1.1, 300), luck.uniform(9, 9.1, 300)])
        assert [each.key for each in best_fit(values, parts_at_most=1).cautions] == ["far-from-values"]

    def test_equal_values_are_constant(self):
        fitted = best_fit(np.full(9, 5 * MINUTE))
        assert fitted.parts == ((1.0, Part(family="constant", parameters=(5 * MINUTE,))),)
        assert fitted.distance == 0
        assert fitted.parts[0][1].said == (("value", 5 * MINUTE),)

    def test_nothing_to_fit_on(self):
        with pytest.raises(ValueError, match="tell no family"):
            best_fit(np.array([0.0, 0.0, 1.0]))
        with pytest.raises(ValueError, match="below 0"):
            best_fit(np.array([-1.0, 1.0, 2.0, 3.0]))


@pytest.mark.parametrize("name", KNOWN)
def test_figures_are_those_of_scipy(name):
    part = KNOWN[name]
    peer = PEERS[part.family](part)
    at = np.array([0.0, 1.0, 20.0, 300.0]) * MINUTE
    assert part.below(at) == pytest.approx(peer.cdf(at))
    assert part.quantile(0.9) == pytest.approx(peer.ppf(0.9))
    assert (part.mean, part.sd) == pytest.approx((peer.mean(), peer.std()))
    assert part.scaled(2.0).mean == pytest.approx(2 * part.mean)
