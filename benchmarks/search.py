"""The search among 1,000,000 conversations, as the palette, a page and the index are asked.

    python benchmarks/search.py [--accounts 10000] [--runs 30] [--home DIR] [--only WORD]

The firm of ``relationship.py``: 10,000 accounts with 100 conversations each (10 accounts: a trial). On SQLite, or on
PostgreSQL where DATABASE_URL names a database that may be filled. Asked for: a rare word and a common one, what is
typed of a word in the palette from its first letter on, a name, a telephone number by its digits, a name with accents
and without, two and three words, and nothing that there is; by an administrator who sees everything, by an account
manager who keeps one client in twenty, and by a member who sees one client. Each is timed two
ways through Django's whole stack: the palette, and the timeline of one client. Printed are the median and the 95th
percentile, of the time that passed and of what the process and the database's own used of the processor, which a busy
machine does not change. Exit code 1 where the 95th percentile of the latter is 250 ms or more.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from relationship import ABOUT, ACCENTED, FIRST, LAST, MOST_MS, open_installation, vocabulary


def terms() -> dict[str, Callable[[random.Random], str]]:
    """What is looked for, each time something else of its kind."""
    words, _ = vocabulary()

    def typed(letters: int) -> Callable[[random.Random], str]:
        return lambda chance: chance.choice(words[:50])[:letters]

    return {
        "one letter": typed(1),
        "two letters": typed(2),
        "three letters": typed(3),
        "four letters": typed(4),
        "a common word": lambda chance: chance.choice((*ABOUT, words[0], words[1])),
        "a rare word": lambda chance: f"rarity{chance.randint(0, 48)}",
        "a name": lambda chance: f"{chance.choice(FIRST)} {chance.choice(LAST)}",
        "digits of a number": lambda chance: f"{chance.randint(1000, 99_999)}",
        "with accents": lambda chance: chance.choice(ACCENTED),
        "without its accents": lambda chance: chance.choice(("muller", "rossler", "sondergaard", "capek", "lefevre")),
        "two common words": lambda chance: " ".join(chance.sample(ABOUT, 2)),
        "common and rare": lambda chance: f"{chance.choice(ABOUT)} rarity{chance.randint(0, 48)}",
        "three words": lambda chance: f"{chance.choice(ABOUT)} {' '.join(chance.sample(words[:300], 2))}",
        "in vain": lambda chance: f"nobody{chance.randint(0, 999)}",
        "two in vain together": lambda chance: f"{chance.choice(ABOUT)} {chance.choice(LAST)}",
    }


def ways(user: Any) -> dict[str, Callable[[str, random.Random], None]]:
    from django.test import Client

    from accord.accounts.models import Account

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    keys = list(Account.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))

    def palette(text: str, _: random.Random) -> None:
        assert client.get("/palette", {"q": text}).status_code == 200

    def timeline(text: str, chance: random.Random) -> None:
        assert client.get(f"/accounts/{chance.choice(keys)}/timeline", {"q": text}).status_code == 200

    return {"palette": palette, "timeline": timeline}


def measure(user: Any, runs: int, only: str) -> int:
    missed = 0
    for way, ask in ways(user).items():
        whole: list[tuple[float, float]] = []
        for name, term in terms().items():
            if only not in f"{way}, {name}":
                continue
            chance = random.Random(5)
            ask(term(chance), chance)
            taken = []
            for _ in range(runs):
                text = term(chance)
                begun, used = time.perf_counter(), processor_ms()
                ask(text, chance)
                taken.append((1000 * (time.perf_counter() - begun), processor_ms() - used))
            whole += taken
            missed += show(f"{user.name:12} {way:9} {name:22}", taken)
        if whole:
            show(f"{user.name:12} {way:9} {'all of these':22}", whole)
    return missed


def show(name: str, taken: list[tuple[float, float]]) -> bool:
    """Print the figures; whether the bar is missed."""
    (wall, slow), (own, own_slow) = (
        (statistics.median(column), statistics.quantiles(column, n=20)[-1]) for column in zip(*taken, strict=True)
    )
    over = own_slow >= MOST_MS
    print(
        f"{name} median {wall:6.0f} ms   95 % {slow:6.0f} ms   processor {own:6.0f} ms   95 % {own_slow:6.0f} ms"
        f"{'  over' if over else ''}",
        flush=True,
    )
    return over


def processor_ms() -> float:
    """What this process and, on PostgreSQL, the one that serves it have used of the processor."""
    from django.db import connection

    used = 1000 * time.process_time()
    if connection.vendor == "postgresql" and connection.connection is not None:
        pid = connection.connection.info.backend_pid
        used += int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1_000_000
    return used


def member() -> Any:
    """A member of the team of one client."""
    from accord.accounts.models import Account, AccountMember
    from accord.people.models import Role, User

    user, made = User.objects.get_or_create(
        email="member@big.test", defaults={"name": "Member", "roles": [Role.MEMBER], "password": "!"}
    )
    if made:
        AccountMember.objects.create(account=Account.objects.order_by("pk").first(), user=user)
    return user


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--accounts", type=int, default=10_000)
    options.add_argument("--runs", type=int, default=30)
    options.add_argument("--home", type=Path)
    options.add_argument("--only", default="", help="what has this in its name")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = (chosen.home or Path(scratch)).resolve()
        home.mkdir(parents=True, exist_ok=True)
        open_installation(home, chosen.accounts)
        from django.db import connection

        from accord.accounts.models import Interaction
        from accord.people.models import User

        print(f"{connection.vendor}, {Interaction.objects.count():,} conversations, load {os.getloadavg()[0]:.1f}")
        people = [User.objects.get(email=email) for email in ("admin@big.test", "m3@big.test")]
        missed = sum(measure(user, chosen.runs, chosen.only) for user in [*people, member()])
    print(f"bar: 95 % of the answers within {MOST_MS} ms: {'missed' if missed else 'met'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
