"""Where files on records lie: a folder, unless the environment names an S3 bucket."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accord.engines.texts import gettext_lazy

# What runs when somebody opens it, mostly on Windows.
REFUSED = (
    "ade adp apk app appx appxbundle bat chm cmd com cpl dex dll dmg elf exe hta ins isp jar jse lnk mde msc msi msix "
    "msp mst nsh pif ps1 reg scr sct vb vbe vbs vhd vxd wsc wsf wsh xll"
)


def refused_types(given: str | None) -> frozenset[str]:
    """Endings of file names, without the dot; an empty setting refuses none."""
    names = REFUSED if given is None else given
    return frozenset(name.strip().lower().removeprefix(".") for name in names.replace(",", " ").split())


def file_storage(environment: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """The entry of ``STORAGES``. Raises ``ImproperlyConfigured`` for a bucket without the library to reach it."""
    bucket = environment.get("ACCORD_FILES_S3_BUCKET", "")
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder), "base_url": None},
        }
    if find_spec("storages") is None or find_spec("boto3") is None:
        raise ImproperlyConfigured(
            gettext_lazy(
                "ACCORD_FILES_S3_BUCKET needs the extra “s3”: install it with pip install 'accord[s3]', or unset the "
                "variable to keep files in a folder."
            )
        )
    named = {
        "endpoint_url": "ACCORD_FILES_S3_ENDPOINT", "region_name": "ACCORD_FILES_S3_REGION",
        "access_key": "ACCORD_FILES_S3_ACCESS_KEY", "secret_key": "ACCORD_FILES_S3_SECRET_KEY",
        "location": "ACCORD_FILES_S3_PREFIX",
    }  # fmt: skip
    options = {option: environment[name] for option, name in named.items() if environment.get(name)}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": bucket, "file_overwrite": False, "default_acl": None, **options},
    }
