"""Settings from the environment, read once at the door and refused all at once where they are unsafe."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from runtime.safety import unsafe

DEVELOPMENT_ADDRESS = "http://127.0.0.1:8000"
DEVELOPMENT_OFFICE = "http://127.0.0.1:8001"
SECRETS = ("SECRET_KEY", "DATABASE_URL", "TELEGRAM_TOKEN", "ZALO_TOKEN", "WEBHOOK_SECRET", "SMTP_URL", "METRICS_TOKEN")


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
    office_url: str = DEVELOPMENT_OFFICE
    office_listen: str = ""
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
    metrics_token: str = ""
    smtp_url: str = ""
    mail_from: str = "hailong@localhost"
    backups_kept: int = Field(14, ge=1, le=1000)
    reports_at: str = "07:30"
    reports_day: int = Field(1, ge=1, le=7)
    progress_at: str = "17:00"
    letterhead: str = ""
    word_template: str = ""

    @field_validator("public_url", "office_url", "telegram_base_url", "zalo_base_url")
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
        """Hosts that a request of the public app may name."""
        return hosts_of(self.public_url, self.env)

    @property
    def office_hosts(self) -> frozenset[str]:
        """Hosts that a request of the office may name."""
        return hosts_of(self.office_url, self.env)

    @property
    def listen(self) -> tuple[str, int]:
        """Address and port to serve the public app on: PUBLIC_LISTEN, or those that PUBLIC_URL names."""
        return place_of(self.public_listen, self.public_url, 8000)

    @property
    def office_place(self) -> tuple[str, int]:
        """Address and port to serve the office on: OFFICE_LISTEN, or those that OFFICE_URL names."""
        return place_of(self.office_listen, self.office_url, 8001)

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


def hosts_of(url: str, env: str) -> frozenset[str]:
    """Hosts that a request may name: that of our links, and in development this machine under its other name."""
    place = urlsplit(url)
    host = (place.netloc.rpartition("@")[2]).lower()
    host = host.removesuffix(":443" if url.startswith("https://") else ":80")  # no browser names the usual port
    if env == "production" or place.hostname not in ("127.0.0.1", "localhost"):
        return frozenset({host})
    port = host.removeprefix(place.hostname)
    return frozenset({f"127.0.0.1{port}", f"localhost{port}"})


def place_of(listen: str, url: str, port: int) -> tuple[str, int]:
    """Address and port to serve on: those that are set, or those that the links name."""
    place = urlsplit(f"//{listen}") if listen else urlsplit(url)
    return place.hostname or "127.0.0.1", place.port or port


def reason(error: Exception) -> str:
    """What the system says of a file, without its name."""
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def told(place: tuple[int | str, ...]) -> str:
    """The name of a setting as the environment has it."""
    name = str(place[0]) if place else ""
    return name if name.isupper() else name.upper()


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
