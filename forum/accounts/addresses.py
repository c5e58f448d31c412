"""Email addresses in the one form in which they are kept and compared."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

LONGEST = 254  # RFC 5321, 4.5.3.1.3, less the brackets


def normal_address(value: str) -> str | None:
    """An address in lower case, its domain in ASCII (RFC 5890); None when it isn't one. Asks no name server."""
    if len(value) > LONGEST:
        return None
    try:
        found = validate_email(value.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return found.ascii_email.lower() if found.ascii_email else None
