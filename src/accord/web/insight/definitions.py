"""What each number means, as its page says it."""

from __future__ import annotations

EVM = "PMI, The Standard for Earned Value Management (2019); ANSI/EIA-748."

DEFINITIONS: dict[str, dict[str, str]] = {
    "lifetime-value": {
        "text": "What the client is expected to bring within the horizon, discounted to today: how often they will "
        "buy (BG/NBD, from how often and how lately they bought) times what a purchase is worth (Gamma-"
        "Gamma). It is revenue, not margin.",
        "formula": "CLV = E[worth of a purchase] × Σ over months of expected purchases ÷ (1 + d)^(month/12)",
        "source": "Fader, Hardie & Lee (2005), Marketing Science 24(2); Fader & Hardie (2013), The Gamma-Gamma Model.",
    },
    "churn-rate": {
        "text": "For the firm: the share of clients who bought in the period before and bought nothing in the one "
        "after. For one client: the chance that they have left already, from how long they have been silent"
        " compared with their own rhythm.",
        "formula": "Firm: clients lost ÷ clients at start. Client: 1 − P(alive | x, t_x, T)",
        "source": "Fader, Hardie & Lee (2005), Marketing Science 24(2); logo churn as reported by subscription firms.",
    },
    "budget-variance": {
        "text": "What the finished work was to cost, less what it did cost. Below zero the project is over budget "
        "for what it has achieved. PMI calls it cost variance.",
        "formula": "CV = EV − AC",
        "source": EVM,
    },
    "schedule-variance": {
        "text": "The budget of the work finished, less the budget of the work that was to be finished by now. Below"
        " zero the project is behind its baseline.",
        "formula": "SV = EV − PV",
        "source": EVM,
    },
    "planned-value": {
        "text": "The budget of the work that the baseline wanted finished by the status date: each task's baseline "
        "cost spread over the working time of the people on it; fixed cost as it accrues.",
        "formula": "PV = Σ baseline cost × share of baseline duration elapsed",
        "source": EVM,
    },
    "earned-value": {
        "text": "The budget of the work that is finished: each task's baseline cost times its progress. "
        "Level of effort is earned as planned.",
        "formula": "EV = Σ baseline cost × percent complete",
        "source": EVM,
    },
    "actual-cost": {
        "text": "What the work has cost so far: hours at cost rate, expenses, and the actual cost that the plan "
        "file recorded.",
        "formula": "AC = Σ minutes ÷ 60 × cost rate + Σ expenses + actual cost of the plan",
        "source": EVM,
    },
    "cost-performance": {
        "text": "How much budgeted work one unit of money has bought. Below 1 the work costs more than planned.",
        "formula": "CPI = EV ÷ AC",
        "source": EVM,
    },
    "schedule-performance": {
        "text": "How much of the work planned by now is finished. Below 1 the project is behind.",
        "formula": "SPI = EV ÷ PV",
        "source": EVM,
    },
    "estimate-at-completion": {
        "text": "What the whole project will cost if it goes on as efficiently as so far.",
        "formula": "EAC = BAC ÷ CPI",
        "source": EVM,
    },
    "gross-retention": {
        "text": "How much of the revenue of the clients at the start is still there, growth left out.",
        "formula": "GRR = (start − churn − contraction) ÷ start, at most 100 %",
        "source": "Usual definition in reports of subscription firms.",
    },
    "net-retention": {
        "text": "The same with the growth of existing clients counted; new clients are not.",
        "formula": "NRR = (start − churn − contraction + expansion) ÷ start",
        "source": "Usual definition in reports of subscription firms.",
    },
}
