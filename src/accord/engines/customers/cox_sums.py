"""The sums over those at risk that :mod:`~accord.engines.customers.cox` needs, as compiled loops.

Rows are sorted by duration, the longest first; ``starts`` are the places at which a new duration begins, and the end.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@compiled
def moments(x: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Mean and standard deviation of each column."""
    columns = x.shape[1]
    mean, square, total = np.zeros(columns), np.zeros(columns), n.sum()
    for row in range(len(x)):
        for i in range(columns):
            mean[i] += n[row] * x[row, i]
    mean /= total
    for row in range(len(x)):
        for i in range(columns):
            square[i] += n[row] * (x[row, i] - mean[i]) ** 2
    return mean, np.sqrt(square / total)


@compiled
def arranged(x: Floats, order: Integers, mean: Floats, spread: Floats) -> Floats:
    """The rows in another order, standardised."""
    arranged = np.empty(x.shape)
    for row in range(len(order)):
        for i in range(x.shape[1]):
            arranged[row, i] = (x[order[row], i] - mean[i]) / spread[i]
    return arranged


@compiled
def indices(b: Floats, x: Floats) -> Floats:
    """x·b: a loop, because for so few columns a library's threads cost more than they bring."""
    eta = np.zeros(len(x))
    for row in range(len(x)):
        for i in range(len(b)):
            eta[row] += b[i] * x[row, i]
    return eta


@compiled
def sweep(
    b: Floats, x: Floats, event: NDArray[np.bool_], n: Floats, starts: Integers, efron: bool
) -> tuple[float, Floats, Floats]:
    """Partial log-likelihood, its gradient and its information (the negative Hessian).

    With the sums S₀, S₁, S₂ of weights e^η, of e^η·x and of e^η·xxᵀ over those at risk, and D₀, D₁, D₂ the same over
    the d who leave at one time: Breslow has ln L = Σ η − d ln S₀; Efron takes S − c·D for S, with c = 0, 1/d … (d−1)/d.
    With φ = S₀ − c·D₀ the information is Σ over times and c of (S₂ − c·D₂)/φ − (S₁ − c·D₁)(S₁ − c·D₁)ᵀ/φ². In its first
    part each client meets xxᵀ once, times e^η and the sum of 1/φ (less c/φ at its own leaving) over the times it was at
    risk, which a second pass in order of time adds up.
    """
    columns, blocks = x.shape[1], len(starts) - 1
    eta = indices(b, x)
    highest = eta.max()
    weight = np.empty(len(eta))
    value, gradient, information = 0.0, np.zeros(columns), np.zeros((columns, columns))
    s_0, s_1, d_1, both = 0.0, np.zeros(columns), np.zeros(columns), np.zeros(columns)
    of_1, of_c = np.zeros(blocks), np.zeros(blocks)
    for block in range(blocks):
        d_0, leaving = 0.0, 0.0
        d_1[:] = 0.0
        for row in range(starts[block], starts[block + 1]):
            here = n[row] * np.exp(eta[row] - highest)
            weight[row] = here
            s_0 += here
            for i in range(columns):
                s_1[i] += here * x[row, i]
            if event[row] and n[row] > 0:
                leaving += n[row]
                d_0 += here
                value += n[row] * (eta[row] - highest)
                for i in range(columns):
                    gradient[i] += n[row] * x[row, i]
                    d_1[i] += here * x[row, i]
        if leaving == 0:
            continue
        of_11, of_1c, of_cc = 0.0, 0.0, 0.0
        if efron and leaving > 1:
            for tied in range(int(leaving)):
                c = tied / leaving
                inverse = 1 / (s_0 - c * d_0)
                value += np.log(inverse)
                of_1[block] += inverse
                of_c[block] += c * inverse
                of_11 += inverse * inverse
                of_1c += c * inverse * inverse
                of_cc += c * c * inverse * inverse
        else:
            value -= leaving * np.log(s_0)
            of_1[block], of_11 = leaving / s_0, leaving / s_0**2
        for i in range(columns):
            gradient[i] -= of_1[block] * s_1[i] - of_c[block] * d_1[i]
            # Σ (S₁ − cD₁)(S₁ − cD₁)ᵀ/φ², by parts: with S₁ to the right here, with D₁ below.
            both[i] = of_11 * s_1[i] - of_1c * d_1[i]
        for i in range(columns):
            for j in range(i + 1):
                information[i, j] -= s_1[j] * both[i]
        if of_1c > 0:
            for i in range(columns):
                for j in range(i + 1):
                    information[i, j] += d_1[j] * (of_1c * s_1[i] - of_cc * d_1[i])
    so_far = 0.0
    for block in range(blocks - 1, -1, -1):
        so_far += of_1[block]
        if so_far == 0:
            continue
        for row in range(starts[block], starts[block + 1]):
            factor = weight[row] * (so_far - of_c[block] if event[row] else so_far)
            for i in range(columns):
                part = factor * x[row, i]
                for j in range(i + 1):
                    information[i, j] += part * x[row, j]
    for i in range(columns):
        for j in range(i):
            information[j, i] = information[i, j]
    return value, gradient, information


@compiled
def baseline_sums(
    b: Floats, x: Floats, event: NDArray[np.bool_], n: Floats, starts: Integers
) -> tuple[Floats, Floats, Floats]:
    """At each time: how many leave, S₀, and S₁."""
    columns = x.shape[1]
    eta = indices(b, x)
    leaving, s_0, s_1 = np.zeros(len(starts) - 1), np.zeros(len(starts) - 1), np.zeros((len(starts) - 1, columns))
    sum_0, sum_1 = 0.0, np.zeros(columns)
    for block in range(len(starts) - 1):
        for row in range(starts[block], starts[block + 1]):
            weight = n[row] * np.exp(eta[row])
            sum_0 += weight
            for i in range(columns):
                sum_1[i] += weight * x[row, i]
            if event[row]:
                leaving[block] += n[row]
        s_0[block] = sum_0
        s_1[block] = sum_1
    return leaving, s_0, s_1
