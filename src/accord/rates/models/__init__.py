from accord.rates.models.exchange_rate import ExchangeRate

__all__ = ["ExchangeRate"]
