"""Forms of allauth, in our words: signing in, and setting a password by a link."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm, ResetPasswordKeyForm
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy

PASSWORD_RULE = gettext_lazy("At least 10 characters.")


class SignInForm(LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["remember"].label = gettext("Stay signed in")


class SetPasswordForm(ResetPasswordKeyForm):  # type: ignore[misc]
    """What an invitation, or a link to reset the password, opens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = gettext("Password")
        self.fields["password1"].help_text = PASSWORD_RULE
        self.fields["password2"].label = gettext("Repeat password")
