"""Everything that can be set, as environment variables with a default. Documented in docs/settings.md."""

from __future__ import annotations

import ipaddress
import os
import re
import secrets
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import current_app, g
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "it", "es")


class Settings(BaseSettings):
    """One installation's settings.

    Raises pydantic.ValidationError when a value can't be read; its message names the variable.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, ignored_types=(cached_property,))

    host: str = Field("127.0.0.1", description="The address the server listens on.")
    port: int = Field(8000, ge=1, le=65535, description="The port the server listens on.")
    site_url: str = Field(
        "", description="How readers reach the site, e.g. https://stories.example.org. Empty: http://HOST:PORT."
    )
    site_name: str = Field("Common Thread", description="The site's name, in the header and in mails.")
    data_dir: Path = Field(
        ROOT / "data", description="Where the database file, the secret key, photos and the local mailbox are kept."
    )
    database_url: str = Field(
        "", description="Empty: one SQLite file in DATA_DIR. PostgreSQL: postgresql://user:password@host/name."
    )
    redis_url: str = Field(
        "", description="A Redis for the throttle when several machines serve the site. Empty: a file in DATA_DIR."
    )
    mail_url: str = Field(
        "",
        description="smtp://user:password@host:587?tls=starttls (or smtps://…). "
        "Empty: mails go to a mailbox in DATA_DIR, on this machine only.",
    )
    mail_from: str = Field(
        "", description="The sender of the site's mails. Empty: SITE_NAME <no-reply@the host of SITE_URL>."
    )
    discreet_sender: str = Field(
        "Letterbox", description="The sender's name in the mails of members who asked for discreet ones."
    )
    secret_key: str = Field(
        "", description="Signs links and cookies, at least 32 characters. Empty: made once and kept in DATA_DIR."
    )
    web_workers: int = Field(2, ge=1, le=64, description="Web processes.")
    web_threads: int = Field(4, ge=1, le=64, description="Threads in each web process.")
    minimum_age: int = Field(16, ge=13, le=21, description="The age a member states to have reached.")
    approvals_until_established: int = Field(
        2, ge=0, le=50, description="Approved contributions before a member's own are shown at once."
    )
    links_when_new: int = Field(
        2,
        ge=0,
        le=50,
        description="Links of one contribution by a new member; with more a moderator reads it first. "
        "Until something of hers is published, one link is enough.",
    )
    links_when_established: int = Field(
        5, ge=0, le=100, description="Sites that one contribution links to; with more a moderator reads it first."
    )
    same_link_contributions: int = Field(
        5,
        ge=2,
        le=1000,
        description="Contributions of 30 days with one link by one or two writers; then it is noticed.",
    )
    burst_contributions: int = Field(
        5, ge=0, le=100, description="Contributions of a new member within BURST_MINUTES; more wait. 0: any number."
    )
    burst_minutes: int = Field(10, ge=1, le=1440, description="The minutes in which BURST_CONTRIBUTIONS are counted.")
    hurry_seconds: int = Field(
        3,
        ge=0,
        le=60,
        description="A long text sent sooner after its form was opened is a sign beside others. 0: none.",
    )
    trusted_approvals: int = Field(
        20, ge=1, le=10_000, description="Contributions that must stand before a member can be trusted."
    )
    trusted_days: int = Field(
        90, ge=1, le=3650, description="Days with an account, and without anything removed, before a member is trusted."
    )
    limited_a_day: int = Field(
        3, ge=1, le=100, description="Contributions that a member whose writing is limited can send in a day."
    )
    recovery_days: int = Field(
        7, ge=1, le=60, description="Days that an account with a lost mailbox waits before another address takes over."
    )
    story_reviewers: int = Field(
        1,
        ge=0,
        le=9,
        description="How many people read a story before it is published, as told to its author; 0 says nothing.",
    )
    review_days: int = Field(
        0, ge=0, le=60, description="Days within which an author may expect an answer; 0 promises nothing."
    )
    report_hours: int = Field(
        48,
        ge=0,
        le=720,
        description="Hours within which a report is looked at, as told to its reader; 0 promises nothing.",
    )
    appeal_days: int = Field(
        14,
        ge=0,
        le=180,
        description="Days within which an appeal is answered, as told to who makes it; 0 promises nothing.",
    )
    messages: bool = Field(True, description="Private messages between members; 0 closes them for everybody.")
    messages_opened_a_day: int = Field(5, ge=0, le=100, description="Conversations that one member may begin in a day.")
    session_days: int = Field(60, ge=1, le=365, description="Days after which a session ends.")
    address_retention_days: int = Field(
        30, ge=1, le=365, description="Days that keyed hashes of IP addresses are kept against abuse."
    )
    time_zone: str = Field(
        "UTC", description="The site's own time zone, e.g. Europe/Rome: when mails go to members who chose none."
    )
    country_by_language: str = Field(
        "it=IT", description="Countries assumed from the interface language on Get help, e.g. it=IT,es=ES."
    )
    photo_megabytes: int = Field(25, ge=1, le=200, description="The largest photo that can be sent.")
    media_s3_bucket: str = Field(
        "", description="A bucket of an S3-compatible store for photos. Empty: files in DATA_DIR/media."
    )
    media_s3_endpoint: str = Field(
        "", description="The address of the S3-compatible store, e.g. https://s3.example.org. Empty: Amazon's own."
    )
    media_s3_region: str = Field("us-east-1", description="The region of the S3-compatible store.")
    media_s3_key: str = Field("", description="The access key of the S3-compatible store.")
    media_s3_secret: str = Field("", description="The secret that belongs to the access key.")
    cache_megabytes: int = Field(
        32, ge=0, le=4096, description="Memory of each web process for visitors' pages; 0 turns the cache off."
    )
    proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front of the site whose X-Forwarded-For is believed."
    )
    mail_in_domain: str = Field(
        "", description="The domain whose mail is handed to this site, e.g. in.example.org. Empty: no answers by mail."
    )
    mail_in_listen: str = Field(
        "", description="Where the worker listens for mail by SMTP, e.g. 127.0.0.1:2525. Empty: it does not."
    )
    mail_in_megabytes: int = Field(10, ge=1, le=50, description="The largest mail that is taken in.")
    mail_in_hourly: int = Field(
        30, ge=1, le=1000, description="Mails of one member taken in within an hour; more are asked to come back later."
    )
    development: bool = Field(False, description="Reload templates and assets when they change.")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("SECRET_KEY needs at least 32 characters; leave it empty to have one made.")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("TIME_ZONE is the name of a time zone such as Europe/Rome.") from None
        return value

    @field_validator("site_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname):
            raise ValueError("SITE_URL is an address such as https://stories.example.org.")
        return value.rstrip("/")

    @field_validator("mail_in_domain")
    @classmethod
    def _domain(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", value):
            raise ValueError("MAIL_IN_DOMAIN is a domain such as in.example.org.")
        return value.lower()

    @field_validator("mail_in_listen")
    @classmethod
    def _place(cls, value: str) -> str:
        if value and not re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[\w.-]+):[0-9]{1,5}", value):
            raise ValueError("MAIL_IN_LISTEN is a host and a port such as 127.0.0.1:2525.")
        return value

    @cached_property
    def origin(self) -> str:
        """Scheme, host and port of the site, as browsers send it in `Origin`."""
        if self.site_url:
            parts = urlsplit(self.site_url)
            return f"{parts.scheme}://{parts.netloc}".lower()
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}" + ("" if self.port == 80 else f":{self.port}")

    @property
    def site_host(self) -> str:
        """Host and port of the site, as browsers send it in `Host`."""
        return urlsplit(self.origin).netloc

    @property
    def is_https(self) -> bool:
        return self.origin.startswith("https:")

    @property
    def is_loopback(self) -> bool:
        """True when nobody outside this machine is meant to reach the site."""
        return _is_loopback(self.host) and _is_loopback(urlsplit(self.origin).hostname or "")

    @property
    def can_mail(self) -> bool:
        """Mail leaves by SMTP, or the local mailbox can be read on this machine."""
        return bool(self.mail_url) or self.is_loopback

    @cached_property
    def database(self) -> str:
        """The SQLAlchemy address of the database."""
        url = self.database_url
        if not url:
            return f"sqlite:///{self.data_dir / 'common-thread.sqlite'}"
        for short in ("postgresql://", "postgres://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url

    @property
    def sender(self) -> str:
        return self.mail_from or f"{self.site_name} <no-reply@{urlsplit(self.origin).hostname}>"

    @cached_property
    def secret(self) -> str:
        """The secret key; made on first use and kept in DATA_DIR, readable by its owner only."""
        if self.secret_key:
            return self.secret_key
        self.data_dir.mkdir(parents=True, exist_ok=True)
        path = self.data_dir / "secret-key"
        try:
            with open(path, "x", encoding="ascii", opener=_owner_only) as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text("ascii").strip()

    def country_for(self, language: str) -> str | None:
        """The ISO 3166-1 country assumed for an interface language, or None."""
        pairs = (pair.partition("=") for pair in self.country_by_language.split(",") if "=" in pair)
        return {key.strip(): value.strip().upper() for key, _, value in pairs}.get(language)


def the_settings() -> Settings:
    """The settings in force: those of the installation, with what was chosen in the panel once `chosen.begin` ran."""
    settings: Settings | None = g.get("settings")
    return settings or installed_settings()


def installed_settings() -> Settings:
    """The settings that the application was made with."""
    settings: Settings = current_app.extensions["settings"]
    return settings


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
