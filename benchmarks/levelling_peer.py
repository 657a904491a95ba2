"""The half of benchmarks/levelling.py that runs inside the environment of PyJobShop.

    python levelling_peer.py

Answers each problem on standard input (one line of JSON: durations, demands, links, capacities, seconds, workers) with
one line of JSON: the starts it found, the bound it proved and the seconds it took, measured in here.
"""

import json
import sys
import time

from pyjobshop import Model


def solve(asked):
    model = Model()
    resources = [model.add_renewable(capacity) for capacity in asked["capacities"]]
    tasks = [model.add_task() for _ in asked["durations"]]
    for task, duration, demands in zip(tasks, asked["durations"], asked["demands"], strict=True):
        model.add_mode(task, resources, duration, demands)
    for before, after in asked["links"]:
        model.add_end_before_start(tasks[before], tasks[after])
    begun = time.perf_counter()
    result = model.solve(solver="ortools", time_limit=asked["seconds"], display=False, num_workers=asked["workers"])
    seconds = time.perf_counter() - begun
    found = result.best is not None and result.best.tasks
    return {
        "starts": [task.start for task in result.best.tasks] if found else None,
        "bound": result.lower_bound,
        "seconds": seconds,
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(solve(json.loads(line))), flush=True)
