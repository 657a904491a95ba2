"""Over many simulated files 80 % intervals of the parameters hold the truth about 80 % of the time."""

from collections.abc import Callable

import numpy as np
import pytest

from accord.engines.customers.bg_nbd import fit_bg_nbd
from accord.engines.customers.likelihood import NotEnoughData
from accord.engines.customers.mbg_nbd import fit_mbg_nbd
from accord.engines.customers.pareto_nbd import fit_pareto_nbd
from accord.engines.customers.purchase_summary import PurchaseSummary
from accord.engines.customers.shifted_beta_geometric import Tenures, fit_sbg
from tests.engines.purchase_histories import bought_by_coin, bought_until_death

FILES = 250
NORMAL_80 = 1.2815515655446004


def share_held(fit: Callable[[int], object], truth: tuple[float, ...]) -> np.ndarray:
    """For each parameter the share of files whose interval holds it (on the logarithm)."""
    held = np.zeros(len(truth))
    for seed in range(FILES):
        found = fit(seed)
        assert not isinstance(found, NotEnoughData)
        off = np.log(list(truth)) - np.log([getattr(found, name) for name in found.__slots__[: len(truth)]])
        held += np.abs(off) <= NORMAL_80 * np.sqrt(np.diag(np.array(found.log_covariance)))
    return held / FILES


CASES: dict[str, tuple[Callable[[PurchaseSummary], object], Callable[..., PurchaseSummary], tuple[float, ...]]] = {
    "BG/NBD": (
        fit_bg_nbd,
        lambda seed, *p: bought_by_coin(3000, *p, seed=seed, at_first=False),
        (0.8, 30, 0.9, 2.5),
    ),
    "MBG/NBD": (
        fit_mbg_nbd,
        lambda seed, *p: bought_by_coin(3000, *p, seed=seed, at_first=True),
        (0.8, 30, 0.9, 2.5),
    ),
    "Pareto/NBD": (fit_pareto_nbd, lambda seed, *p: bought_until_death(3000, *p, seed=seed)[0], (0.8, 30, 0.9, 90)),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_intervals_hold_what_they_say(name):
    fit, draw, truth = CASES[name]
    held = share_held(lambda seed: fit(draw(seed, *truth)), truth)
    # The standard error of one share over 250 files is 2.5 %.
    assert 0.75 <= held.mean() <= 0.85
    assert (held > 0.72).all() and (held < 0.88).all()


@pytest.mark.slow
def test_intervals_of_sbg_hold_what_they_say():
    truth = (0.67, 3.8)

    def fit(seed: int) -> object:
        random = np.random.default_rng(seed)
        left = random.geometric(random.beta(*truth, 2000))
        return fit_sbg(Tenures.of_clients((float(min(t, 8)), bool(t <= 8)) for t in left))

    held = share_held(fit, truth)
    assert 0.75 <= held.mean() <= 0.85
