"""Small firms for the tests of the client forecast: clients who order, stay or leave at random, with signals."""

from dataclasses import replace

import numpy as np

from accord.engines.customers.client_history import ContractHistory, FirmHistory, ProjectHistory
from accord.engines.customers.contract_clients import ContractClients, ContractTerms
from accord.engines.customers.monthly_hazard import NEVER
from accord.engines.customers.project_clients import ProjectClients
from accord.engines.customers.signals import SIGNALS

SEGMENTS = 2


def firm(contracts=20, projects=30, today=48, seed=1, effect=1.0):
    """Signals wander; whoever has bad ones (the first, weighed by ``effect``) leaves or stops ordering sooner."""
    draw = np.random.default_rng(seed)
    n, months = contracts + projects, today + 1
    walk = np.cumsum(draw.normal(0, 0.35, (months, n, len(SIGNALS))), axis=0) * 0.6
    known = np.clip(walk, -3, 3)
    origins = sorted(range(today - 3, 2, -3))
    at = [*origins, today]
    risk = effect * known[:, :, 0]

    since = np.where(draw.random(contracts) < 0.5, 0, draw.integers(0, max(today - 12, 1), contracts))
    kind = draw.integers(0, 2, contracts)
    decision = np.ones((contracts, today + 60), bool)
    decision[kind == 1] = (np.arange(today + 60) - since[kind == 1, None]) % 12 == 9
    hazard = 1 / (1 + np.exp(-(np.where(kind == 1, -1.8, -4.2) + risk[:, :contracts])))
    struck = (draw.random((months, contracts)) < hazard) & decision[:, :months].T & (np.arange(months)[:, None] > since)
    lost = np.where(struck.any(axis=0), struck.argmax(axis=0), NEVER)
    fee = np.exp(draw.normal(8, 0.5, contracts))
    month = np.arange(months)
    earned = fee[:, None] * ((month >= since[:, None]) & (month <= lost[:, None]))
    held = ContractHistory(
        ContractClients(kind, draw.integers(0, SEGMENTS, contracts), since, lost, decision),
        known[at][:, :contracts],
        ContractTerms(fee, np.where(kind == 1, 2, 0), np.full(contracts, NEVER)),
        earned,
        earned * draw.normal(0.35, 0.1, (contracts, 1)),
    )

    first = np.where(draw.random(projects) < 0.6, 0, draw.integers(0, max(today - 6, 1), projects))
    rate = draw.gamma(2.5, 0.06, projects)
    ordered = (draw.random((projects, months)) < rate[:, None] * np.exp(-0.5 * risk[:, contracts:].T)) & (
        month > first[:, None]
    )
    ordered[np.arange(projects), first] = True
    running = ordered | np.pad(ordered, ((0, 0), (1, 0)))[:, :-1]
    until = np.stack([np.where(ordered[:, s], s + 1, -1) for s in at]) if projects else np.zeros((len(at), 0), np.int64)
    client, when = np.nonzero(ordered)
    amount = np.exp(draw.normal(9.5, 0.7, projects)[client] + draw.normal(0, 0.5, len(client)))
    revenue = np.zeros((projects, months))
    revenue[client, when] = amount
    ordering = ProjectHistory(
        ProjectClients(draw.integers(0, SEGMENTS, projects), ordered, running, first, np.full(projects, NEVER), until),
        known[at][:, contracts:],
        draw.integers(0, 6, (len(at), projects)).astype(float),
        client,
        when,
        amount,
        revenue,
        revenue * draw.normal(0.35, 0.1, (projects, 1)),
    )
    return FirmHistory(today, origins, SEGMENTS, held, ordering)


def with_other_future(history, after, seed=9):
    """The same firm up to month ``after``, and another fate from then on."""
    draw = np.random.default_rng(seed)
    held, ordering = history.contracts, history.projects
    clients, buyers = held.clients, ordering.clients
    later = clients.lost > after
    changed = np.where(later, draw.integers(after + 1, history.today + 1, len(clients)), clients.lost)
    months = np.arange(history.today + 1) > after
    signals = [np.array(half.signals) for half in (held, ordering)]
    for at, month in enumerate([*history.origins, history.today]):
        if month > after:
            for table in signals:
                table[at] = draw.normal(size=table[at].shape)
    new = months & (np.arange(history.today + 1) > buyers.first[:, None])
    ordered = np.where(new, draw.random(buyers.ordered.shape) < 0.3, buyers.ordered)
    running = np.where(months, draw.random(buyers.ordered.shape) < 0.3, buyers.running)
    past = ordering.order_month <= after
    client, when = np.nonzero(ordered & months)
    money = [np.where(months, draw.random(t.shape) * 1e6, t) for t in (ordering.revenue, ordering.margin)]
    return replace(
        history,
        contracts=replace(
            held,
            clients=replace(clients, lost=changed),
            signals=signals[0],
            revenue=np.where(months, 5.0, held.revenue),
            margin=np.where(months, 4.0, held.margin),
        ),
        projects=replace(
            ordering,
            clients=replace(buyers, ordered=ordered, running=running),
            signals=signals[1],
            order_client=np.concatenate([ordering.order_client[past], client]),
            order_month=np.concatenate([ordering.order_month[past], when]),
            order_amount=np.concatenate([ordering.order_amount[past], np.full(len(client), 77_777.0)]),
            revenue=money[0],
            margin=money[1],
        ),
    )
