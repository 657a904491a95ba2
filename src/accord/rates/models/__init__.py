from accord.rates.models.exchange_rate import ExchangeRate
from accord.rates.models.rate import Rate

__all__ = ["ExchangeRate", "Rate"]
