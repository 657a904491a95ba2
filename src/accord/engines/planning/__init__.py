"""A plan and its dates: outline, network, scheduling, critical path, effort, capacity, quality."""
