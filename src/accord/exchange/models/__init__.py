from accord.exchange.models.import_run import Import, ImportedRecord

__all__ = ["Import", "ImportedRecord"]
