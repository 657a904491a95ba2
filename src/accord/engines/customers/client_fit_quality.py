"""How a firm's two hazards were fitted, and whether they may be believed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from accord.engines.customers import project_clients as projects
from accord.engines.customers.backtest import Score
from accord.engines.customers.client_backtest import YEAR, backtest
from accord.engines.customers.client_fits import DEFAULTS, Settings, Watch, unwatched
from accord.engines.customers.client_history import FirmHistory
from accord.engines.customers.client_outcomes import clients_lapsed, contracts_lost, no_new_orders
from accord.engines.customers.monthly_hazard import HazardFit

FEWEST_MONTHS, FEWEST_LEAVINGS, FEWEST_CLIENTS = 12, 5, 20


@dataclass(frozen=True, slots=True, eq=False)
class HalfFit:
    """How one half was fitted and how it did: ``score`` is the backtest of contracts lost or of no order within the
    window, ``lapse_score`` that of being counted as lost within twelve months, ``horizons`` the same within fewer
    months; the rates are the firm's own shares. ``standard`` is ``score`` with the experts' standard weights, where the
    firm has set others: what its change has gained or lost.

    ``looks_far``: outcomes are known only after up to two years. By then the firm has grown or shrunk, so that the
    level of old forecasts says little about today's; whether they told clients apart still does.
    """

    fit: HazardFit
    score: Score
    lapse_score: Score
    horizons: dict[int, Score]
    clients: int
    leavings: int
    months: int
    base_rate: float
    lapse_rate: float
    looks_far: bool
    standard: Score | None = None

    @property
    def prior_share(self) -> float:
        """How much of what is thought of the intercept is still the prior: 1 before any data, 0 after very many."""
        return float(self.fit.shrinkage[0])

    @property
    def mostly_expectation(self) -> bool:
        """Less than a year of history, five leavings or twenty clients: the prior speaks."""
        return self.months < FEWEST_MONTHS or self.leavings < FEWEST_LEAVINGS or self.clients < FEWEST_CLIENTS

    @property
    def ranks(self) -> bool:
        """Whether clients may be ranked by it: not where signals have not predicted leaving here."""
        return self.score.tells_apart if self.looks_far else self.score.predicts


def judged(
    history: FirmHistory, settings: Settings, leave: HazardFit, order: HazardFit, watch: Watch = unwatched
) -> tuple[HalfFit, HalfFit]:
    """The contract half and the project half, each with its backtest."""
    tested = backtest(history, settings, watch)
    is_own = settings.weights != DEFAULTS.weights
    standard = backtest(history, replace(settings, weights=DEFAULTS.weights)) if is_own else None
    today, origins = history.today, history.origins
    held, buyers = history.contracts.clients, history.projects.clients
    state = projects.rhythm(buyers, today)
    lapsed = int(((buyers.first <= today) & ~state.active).sum())
    rate = contracts_lost(held, origins).base_rate(today)
    contract_fit = HalfFit(
        leave,
        tested.lost[YEAR],
        tested.lost[YEAR],
        tested.lost,
        len(held),
        int((held.lost <= today).sum()),
        today + 1,
        rate,
        rate,
        looks_far=False,
        standard=None if standard is None else standard.lost[YEAR],
    )
    project_fit = HalfFit(
        order,
        tested.quiet,
        tested.lapsed[YEAR],
        tested.lapsed,
        len(state.active),
        lapsed,
        today + 1,
        no_new_orders(buyers, origins).base_rate(today),
        clients_lapsed(buyers, origins).base_rate(today),
        looks_far=True,
        standard=None if standard is None else standard.quiet,
    )
    return contract_fit, project_fit
