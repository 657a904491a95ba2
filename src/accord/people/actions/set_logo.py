"""The firm's logo: what is uploaded is read as a picture and written anew, so that nothing else can hide in it."""

from __future__ import annotations

import hashlib
import io
import warnings
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from accord.core.access import Permission, require
from accord.core.events import record_event
from accord.people.events import FirmEvent
from accord.people.models import Firm, FirmLogo

MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS = 16_000_000  # before it is unpacked: a few kilobytes can claim gigabytes
LARGEST = (1200, 400)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


@transaction.atomic
def set_logo(*, firm: Firm, data: bytes, by: Any) -> FirmLogo:
    """Store ``data`` as the logo, reduced to a size that letters need. Raises ``ValidationError`` for anything else."""
    require(by, Permission.CHANGE, firm)
    png, width, height = as_png(data)
    digest = hashlib.sha256(png).hexdigest()
    logo, _ = FirmLogo.objects.update_or_create(firm=firm, defaults={"png": png, "digest": digest})
    Firm.objects.filter(pk=firm.pk).update(logo_digest=digest, logo_width=width, logo_height=height)
    record_event(by=by, kind=FirmEvent.LOGO_CHANGED, subject=firm, after={"logo": f"{width} × {height} pixels"})
    return logo


@transaction.atomic
def remove_logo(*, firm: Firm, by: Any) -> None:
    """Remove the logo; the firm's name takes its place."""
    require(by, Permission.CHANGE, firm)
    deleted, _ = FirmLogo.objects.filter(firm=firm).delete()
    Firm.objects.filter(pk=firm.pk).update(logo_digest="", logo_width=0, logo_height=0)
    if deleted:
        record_event(by=by, kind=FirmEvent.LOGO_REMOVED, subject=firm)


def as_png(data: bytes) -> tuple[bytes, int, int]:
    """``data`` as a PNG without metadata, with its size; raises ``ValidationError`` for what is no such picture."""
    from PIL import Image, ImageOps  # here: few requests need it

    if len(data) > MOST_BYTES:
        raise ValidationError({"logo": gettext("Choose a picture of at most 2 MB.")})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise ValidationError({"logo": gettext("Choose a picture of at most 16 megapixels.")})
                upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except ValidationError:
        raise
    except Exception as error:  # decoders raise what they like at broken files
        raise ValidationError({"logo": gettext("Choose a PNG, JPEG, WebP or GIF picture.")}) from error
    upright.thumbnail(LARGEST)
    clean = Image.new("RGBA", upright.size)
    clean.paste(upright)  # and so leaves behind what the file said beside its pixels
    written = io.BytesIO()
    clean.save(written, "PNG", optimize=True)
    return written.getvalue(), clean.width, clean.height
