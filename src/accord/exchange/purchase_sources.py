"""Where transactions lie, named by one URL: files, the installation's own orders, a DuckDB file, ClickHouse, Spark.

    orders.parquet, orders.csv, /data/orders/*.parquet      read here, by DuckDB
    duckdb:///data/sales.duckdb?table=orders                a table of a DuckDB file
    accord:orders                                           this installation's orders, handed over by Arrow
    clickhouse://user:password@host:8123/sales?table=orders a table of ClickHouse, which does the work
    spark:///data/orders/*.parquet?master=local[2]          files, by Spark; ?table=sales.orders for a table it knows

Whatever it is, the answer is an ibis table, and the expressions over it are those of
:mod:`accord.engines.customers.purchase_expressions`. ClickHouse and Spark need ``pip install accord[clickhouse]`` and
``accord[spark]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit, urlunsplit

from accord.engines.customers.purchase_expressions import in_memory
from accord.engines.texts import TextError, gettext_lazy

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

OWN_ORDERS = ("customer", "date", "amount")
_EXTRAS = ("spark", "clickhouse")
_TABULAR = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet")


class SourceError(TextError):
    """The source can't be opened; says why, without its password."""


@dataclass(frozen=True, slots=True)
class Source:
    """A table of transactions, and what to call it. ``engine`` does the work."""

    name: str
    engine: str
    table: ir.Table


def open_source(url: str) -> Source:
    """Open what ``url`` names; raises :class:`SourceError` with the reason where it can't be."""
    parts = urlsplit(url)
    if len(parts.scheme) < 2:  # a path; one letter is a drive
        return _opened(url, _file, parts._replace(scheme="", path=url, query="", fragment="", netloc=""))
    opener = _OPENERS.get(parts.scheme)
    if opener is None:
        known = ", ".join(f"{scheme}:" for scheme in _OPENERS)
        raise SourceError(
            gettext_lazy(
                "%(scheme)s: is no kind of source. Use the path of a file or one of %(known)s.",
                scheme=parts.scheme,
                known=known,
            )
        )
    return _opened(url, opener, parts)


def without_password(url: str) -> str:
    """``url`` as it may be shown.

    >>> without_password("clickhouse://ada:secret@host:8123/sales?table=orders")
    'clickhouse://ada@host:8123/sales?table=orders'
    """
    parts = urlsplit(url)
    netloc = re.sub(r"^([^:@]*):[^@]*@", r"\1@", parts.netloc)
    return urlunsplit(parts._replace(netloc=netloc)) if parts.netloc else url


def _opened(url: str, opener: Callable[[SplitResult], Source], parts: SplitResult) -> Source:
    try:
        return opener(parts)
    except SourceError:
        raise
    except ImportError as error:
        values = {"source": without_password(url), "package": error.name or error, "extra": parts.scheme}
        message = gettext_lazy("%(source)s: %(package)s is not installed.")
        if parts.scheme in _EXTRAS:
            message = gettext_lazy("%(source)s: %(package)s is not installed. Install accord[%(extra)s].")
        raise SourceError(message.with_values(**values)) from error
    except Exception as error:  # of whichever library: a file it can't read, a server that is not there
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if parts.password:
            reason = reason.replace(parts.password, "…")
        raise SourceError(
            gettext_lazy("%(source)s: %(reason)s", source=without_password(url), reason=reason)
        ) from error


def _file(parts: SplitResult) -> Source:
    import ibis

    path = unquote(parts.path)
    found = _checked(path)
    backend = ibis.duckdb.connect()
    table = backend.read_parquet(path) if found.endswith(".parquet") else backend.read_csv(path)
    return Source(Path(path).name, "DuckDB", table)


def _checked(path: str) -> str:
    """The kind of file that ``path``, perhaps a pattern, names."""
    there = Path(path)
    pattern = any(sign in path for sign in "*?[")
    if pattern and not any(there.parent.glob(there.name)) and "*" not in str(there.parent):
        raise SourceError(gettext_lazy("%(path)s: no file fits this pattern.", path=path))
    if not pattern and not there.is_file():
        raise SourceError(gettext_lazy("%(path)s: this file doesn't exist.", path=path))
    kind = next((kind for kind in _TABULAR if path.lower().endswith(kind)), None)
    if kind is None:
        raise SourceError(
            gettext_lazy("%(path)s: only %(tabular)s can be read.", path=path, tabular=", ".join(_TABULAR))
        )
    return kind


def _duckdb(parts: SplitResult) -> Source:
    import ibis

    path, name = unquote(parts.path), _table_name(parts)
    if not Path(path).is_file():
        raise SourceError(gettext_lazy("%(path)s: this file doesn't exist.", path=path))
    return Source(f"{Path(path).name}, {name}", "DuckDB", ibis.duckdb.connect(path, read_only=True).table(name))


def _clickhouse(parts: SplitResult) -> Source:
    import ibis

    name = _table_name(parts)
    backend = ibis.clickhouse.connect(
        host=parts.hostname or "localhost", port=parts.port or 8123, database=parts.path.strip("/") or "default",
        user=unquote(parts.username or "default"), password=unquote(parts.password or ""),
    )  # fmt: skip
    return Source(f"{parts.hostname}, {name}", "ClickHouse", backend.table(name))


def _spark(parts: SplitResult) -> Source:
    import ibis
    from pyspark.sql import SparkSession

    asked = parse_qs(parts.query)
    builder = SparkSession.builder.appName("accord").master(asked.get("master", ["local[*]"])[0])
    # Dates without a time, read and compared in UTC: whatever the machine's own zone is.
    settings = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    backend = ibis.pyspark.connect(builder.getOrCreate())
    if "table" in asked:
        name = _table_name(parts)
        database, _, table = name.rpartition(".")
        return Source(name, "Spark", backend.table(table, database=database or None))
    path = unquote(parts.path)
    if _checked(path) == ".parquet":
        return Source(Path(path).name, "Spark", backend.read_parquet(path))
    return Source(Path(path).name, "Spark", backend.read_csv(path, header=True, inferSchema=True))


def _table_name(parts: SplitResult) -> str:
    name = parse_qs(parts.query).get("table", [""])[0]
    if not re.fullmatch(r"\w+(\.\w+)?", name):
        raise SourceError(
            gettext_lazy("%(scheme)s: name the table of transactions, as in …?table=orders.", scheme=parts.scheme)
        )
    return name


def _own(parts: SplitResult) -> Source:
    if parts.path != "orders":
        raise SourceError(gettext_lazy("accord: the installation's own rows are accord:orders."))
    return Source(gettext_lazy("own orders"), "DuckDB", in_memory(own_orders()))


def own_orders() -> pa.Table:
    """The orders of all accounts (:mod:`accord.insight.history.decisions`) in the firm's currency, as Arrow columns.

    An order whose amount is not known is left out: it would look like a free one.
    """
    import pyarrow as pa
    from django.utils import timezone

    from accord.insight.history.decisions import decisions_until
    from accord.people.models import Firm
    from accord.rates.queries import converter_to

    currency = Firm.current().currency
    orders = [each for each in decisions_until(timezone.localdate(), converter_to(currency, currency)) if each.amount]
    columns: tuple[list[Any], ...] = (
        [order.account for order in orders], [order.day for order in orders], [order.amount for order in orders],
    )  # fmt: skip
    kinds = (pa.int64(), pa.date32(), pa.decimal128(20, 3))
    return pa.table({n: pa.array(c, k) for n, c, k in zip(OWN_ORDERS, columns, kinds, strict=True)})


_OPENERS: dict[str, Callable[[SplitResult], Source]] = {
    "file": _file,
    "accord": _own,
    "duckdb": _duckdb,
    "clickhouse": _clickhouse,
    "spark": _spark,
}
