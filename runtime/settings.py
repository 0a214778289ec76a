"""Settings from the environment, read once at the door and refused all at once where they are unsafe."""

from __future__ import annotations

import os
import re
import secrets
import sys
from contextlib import suppress
from datetime import time
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

DEVELOPMENT_ADDRESS = "http://127.0.0.1:8000"
SECRETS = ("SECRET_KEY", "DATABASE_URL", "TELEGRAM_TOKEN", "ZALO_TOKEN", "WEBHOOK_SECRET", "SMTP_URL")
DATABASE = re.compile(
    r"sqlite://.*|(postgres|postgresql|postgresql\+psycopg)://(.*@)?(\[[^]/]*\]|[^/?@:\[\]]*)(:[0-9]{1,5})?([/?].*)?"
)
TOKEN = re.compile(r"[A-Za-z0-9_:.-]{8,200}")
PROXY = re.compile(r"(http|https|socks5|socks5h)://[^\s/]+:[0-9]{1,5}/?")
BOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
SMTP = re.compile(r"smtps?://([^\s@/]*@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?(\?tls=(starttls|none))?")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MAIL = re.compile(r"[^\s@<>,;]+@[A-Za-z0-9.-]+")


class SettingsError(Exception):
    """The environment is not fit to start with; `faults` holds every reason as (setting, cause and cure)."""

    code = "settings"

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in faults))


class Settings(BaseSettings):
    """Every setting of the public app, the clock and the terminal, under the names of docs/settings.md."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    env: Literal["development", "production"] = Field("development", validation_alias="HAILONG_ENV")
    database_url: str = "sqlite:///var/hailong.db"
    public_url: str = DEVELOPMENT_ADDRESS
    public_listen: str = ""
    web_processes: int = Field(0, ge=0, le=64)
    secret_key: str = ""
    data_dir: Path = Path("var")
    tz_name: str = "Asia/Ho_Chi_Minh"
    trusted_proxies: int = Field(0, ge=0, le=5)
    log_format: Literal["text", "json"] = "text"
    telegram_token: str = ""
    telegram_base_url: str = "https://api.telegram.org"
    telegram_proxy: str = ""
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_name: str = ""
    zalo_token: str = ""
    zalo_base_url: str = "https://bot-api.zaloplatforms.com"
    zalo_mode: Literal["polling", "webhook"] = "polling"
    zalo_name: str = ""
    zalo_link: str = ""
    webhook_secret: str = ""
    metrics_listen: str = ""
    smtp_url: str = ""
    mail_from: str = "hailong@localhost"
    backups_kept: int = Field(14, ge=1, le=1000)
    reports_at: str = "07:30"
    reports_day: int = Field(1, ge=1, le=7)
    progress_at: str = "17:00"
    letterhead: str = ""
    word_template: str = ""

    @field_validator("public_url", "telegram_base_url", "zalo_base_url")
    @classmethod
    def without_last_slash(cls, address: str) -> str:
        """Links are made by adding a path."""
        return address.strip().rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then `.env` in development only."""
        if os.environ.get("HAILONG_ENV") == "production":
            return init_settings, env_settings
        return init_settings, env_settings, dotenv_settings

    @property
    def zone(self) -> ZoneInfo:
        """The province's time zone."""
        return ZoneInfo(self.tz_name)

    @property
    def reports_time(self) -> time:
        """When weekly and monthly reports are made."""
        return time.fromisoformat(self.reports_at)

    @property
    def progress_time(self) -> time:
        """When the progress of the day is told."""
        return time.fromisoformat(self.progress_at)

    @property
    def public_hosts(self) -> frozenset[str]:
        """Hosts that a request may name: that of our links, and in development this machine under its other name."""
        place = urlsplit(self.public_url)
        host = (place.netloc.rpartition("@")[2]).lower()
        host = host.removesuffix(":443" if self.secure else ":80")  # no browser names the usual port
        if self.env == "production" or place.hostname not in ("127.0.0.1", "localhost"):
            return frozenset({host})
        port = host.removeprefix(place.hostname)
        return frozenset({f"127.0.0.1{port}", f"localhost{port}"})

    @property
    def listen(self) -> tuple[str, int]:
        """Address and port to serve the public app on: PUBLIC_LISTEN, or those that PUBLIC_URL names."""
        place = urlsplit(f"//{self.public_listen}") if self.public_listen else urlsplit(self.public_url)
        return place.hostname or "127.0.0.1", place.port or 8000

    @property
    def chats(self) -> dict[str, str]:
        """The channels that have a token, each with the way its updates come: polling or webhook."""
        ways = {"telegram": (self.telegram_token, self.telegram_mode), "zalo": (self.zalo_token, self.zalo_mode)}
        return {name: mode for name, (token, mode) in ways.items() if token}

    @property
    def secure(self) -> bool:
        """True where people reach the public pages over TLS."""
        return self.public_url.startswith("https://")


def read_settings() -> Settings:
    """The settings of this process; raises SettingsError with every fault of a production environment."""
    for name in SECRETS:
        path = os.environ.get(f"{name}_FILE")
        if path and name not in os.environ:
            try:
                os.environ[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                raise SettingsError([(f"{name}_FILE", f"“{path}” cannot be read as text ({reason(error)}).")]) from None
    try:
        settings = Settings()
    except ValidationError as error:
        raise SettingsError(
            [(told(each["loc"]), f"{each['msg']}; found “{each['input']}”.") for each in error.errors()]
        ) from None
    except UnicodeDecodeError:
        raise SettingsError([(".env", "is no UTF-8 text; save it again as UTF-8.")]) from None
    faults = unsafe(settings)
    if faults:
        raise SettingsError(faults)
    if not settings.secret_key:
        try:
            settings = settings.model_copy(update={"secret_key": development_key(settings.data_dir)})
        except OSError as error:
            told_of = f"“{settings.data_dir}” cannot be used ({reason(error)}); name a folder that can be written."
            raise SettingsError([("DATA_DIR", told_of)]) from None
    return settings


def settings_or_leave() -> Settings:
    """The settings of a process that serves; where they are not fit, every fault on standard error and exit 1."""
    try:
        return read_settings()
    except SettingsError as error:
        for name, told_of in error.faults:
            sys.stderr.write(f"{name}: {told_of}\n")
        sys.exit(1)


def reason(error: Exception) -> str:
    """What the system says of a file, without its name."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def told(place: tuple[int | str, ...]) -> str:
    """The name of a setting as the environment has it."""
    name = str(place[0]) if place else ""
    return name if name.isupper() else name.upper()


def unsafe(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why these settings may not serve a province, as (setting, cause and cure)."""
    faults = []
    try:
        settings.zone  # noqa: B018 - reading it is the check
    except (KeyError, ValueError, OSError):
        faults.append(("TZ_NAME", f"“{settings.tz_name}” is not a known time zone; for example Asia/Ho_Chi_Minh."))
    if not is_site(settings.public_url):
        told_of = f"“{settings.public_url}” is no address of a site; write for example https://khaosat.tinh.gov.vn."
        faults.append(("PUBLIC_URL", told_of))
    if settings.public_listen and not is_site(f"http://{settings.public_listen}"):
        told_of = f"“{settings.public_listen}” is no address and port; write for example 127.0.0.1:8000."
        faults.append(("PUBLIC_LISTEN", told_of))
    if not DATABASE.fullmatch(settings.database_url):  # it may hold a password, so it is not repeated
        told_of = "cannot be read; write for example sqlite:///var/hailong.db or postgresql://user@host:5432/hailong."
        faults.append(("DATABASE_URL", told_of))
    faults += unsafe_chat(settings) + unsafe_mail(settings) + unsafe_reports(settings)
    if settings.env != "production":
        return faults
    if os.environ.get("HAILONG_ENV") != "production":
        return [*faults, ("HAILONG_ENV", "production stands in .env, which is for development; set the environment.")]
    if len(settings.secret_key) < 32:
        faults.append(("SECRET_KEY", "missing or shorter than 32 characters; set a long random text and keep it."))
    if not settings.public_url.startswith("https://"):
        faults.append(("PUBLIC_URL", f"“{settings.public_url}” is not an https address; set the one on the posters."))
    if "DATABASE_URL" not in os.environ:
        faults.append(("DATABASE_URL", "not set; name the database, for example postgresql+psycopg://host/hailong."))
    return faults


def unsafe_chat(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why the chat cannot serve with these settings; tokens and secrets are never repeated."""
    faults = []
    for name, base in (("TELEGRAM", settings.telegram_base_url), ("ZALO", settings.zalo_base_url)):
        if not is_safe_base(base, settings.env):
            faults.append(
                (f"{name}_BASE_URL", f"“{base}” is no https address; leave it out unless you run a server of your own.")
            )
    for name, token in (("TELEGRAM_TOKEN", settings.telegram_token), ("ZALO_TOKEN", settings.zalo_token)):
        if token and not TOKEN.fullmatch(token):
            faults.append((name, "is no token of a bot; copy it whole, it looks like 123456789:letters-and-digits."))
    if settings.telegram_proxy and not PROXY.fullmatch(settings.telegram_proxy):
        faults.append(("TELEGRAM_PROXY", "cannot be read; write for example socks5://127.0.0.1:1080."))
    if settings.telegram_name and not BOT_NAME.fullmatch(settings.telegram_name):
        told_of = f"“{settings.telegram_name}” is no name of a bot; write it without @, for example hailong_bot."
        faults.append(("TELEGRAM_NAME", told_of))
    if settings.zalo_link and not settings.zalo_link.startswith("https://"):
        faults.append(("ZALO_LINK", f"“{settings.zalo_link}” is no https address; leave it empty if there is none."))
    if settings.webhook_secret and not SECRET.fullmatch(settings.webhook_secret):
        faults.append(("WEBHOOK_SECRET", "has other signs than letters, digits, _ and -, or not 16 to 256 of them."))
    hooked = [
        name
        for name, token, mode in (
            ("TELEGRAM_MODE", settings.telegram_token, settings.telegram_mode),
            ("ZALO_MODE", settings.zalo_token, settings.zalo_mode),
        )
        if token and mode == "webhook"
    ]
    if hooked and not settings.webhook_secret:
        faults.append(
            ("WEBHOOK_SECRET", f"missing, and {' and '.join(hooked)} is webhook; set a random text of 32 signs.")
        )
    if hooked and settings.env == "production" and not settings.secure:
        faults.append((hooked[0], "is webhook, which needs a PUBLIC_URL that begins with https://."))
    if settings.metrics_listen and not is_private(settings.metrics_listen):
        told_of = f"“{settings.metrics_listen}” is no address of this machine or its own network; write 127.0.0.1:9100."
        faults.append(("METRICS_LISTEN", told_of))
    return faults


def unsafe_mail(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why mail cannot go out with these settings; SMTP_URL may hold a password, so it is not repeated."""
    faults = []
    if settings.smtp_url and not SMTP.fullmatch(settings.smtp_url):
        told_of = "cannot be read; write for example smtp://name:password@mail.tinh.gov.vn:587?tls=starttls."
        faults.append(("SMTP_URL", told_of))
    if not MAIL.fullmatch(settings.mail_from):
        faults.append(
            ("MAIL_FROM", f"“{settings.mail_from}” is no mail address; write for example khaosat@tinh.gov.vn.")
        )
    if settings.smtp_url and settings.env == "production" and settings.mail_from.endswith("@localhost"):
        faults.append(("MAIL_FROM", "not set; name the address that reports come from."))
    return faults


def unsafe_reports(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why reports cannot be made at the times or with the files that these settings name."""
    times = {"REPORTS_AT": settings.reports_at, "PROGRESS_AT": settings.progress_at}
    files = {"LETTERHEAD": settings.letterhead, "WORD_TEMPLATE": settings.word_template}
    return [
        *(
            (name, f"“{found}” is no time of day; write for example 07:30.")
            for name, found in times.items()
            if not TIME.fullmatch(found)
        ),
        *(
            (name, f"“{found}” is no file that can be read; correct the path or leave it empty.")
            for name, found in files.items()
            if found and not (Path(found).is_file() and os.access(found, os.R_OK))
        ),
    ]


def is_safe_base(address: str, env: str) -> bool:
    """Whether a channel's server may be reached there: by TLS, or on this machine, or anywhere in development."""
    place = urlsplit(address)
    ours = place.hostname in ("127.0.0.1", "localhost", "::1") or env == "development"
    return bool(place.hostname) and (place.scheme == "https" or (place.scheme == "http" and ours))


def is_private(listen: str) -> bool:
    """Whether an address and port are those of this machine or of its own network."""
    try:
        place = urlsplit(f"//{listen}")
        found = ip_address(place.hostname or "")
        return bool(place.port) and found.is_private and not found.is_unspecified
    except ValueError:
        return False


def is_site(address: str) -> bool:
    """Whether this is the address of a whole site: scheme, host and perhaps a port, and nothing after them."""
    try:
        place = urlsplit(address)
        port = place.port
    except ValueError:
        return False
    whole = place.netloc.partition(":")[0] and not (place.path or place.query or place.fragment or "@" in place.netloc)
    return bool(place.scheme in ("http", "https") and place.hostname and whole and port != 0)


def development_key(data_dir: Path) -> str:
    """A random key kept beside the development database, so that receipts outlive a restart."""
    path = data_dir / "development.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        draft = data_dir / f".key-{secrets.token_hex(8)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):  # processes that start together must end up with one key
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="utf-8").strip()
