"""What makes settings unfit to start with: each fault with its cause and cure, and all of them at once."""

from __future__ import annotations

import os
import re
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    from runtime.settings import Settings

DATABASE = re.compile(
    r"sqlite://.*|(postgres|postgresql|postgresql\+psycopg)://(.*@)?(\[[^]/]*\]|[^/?@:\[\]]*)(:[0-9]{1,5})?([/?].*)?"
)
TOKEN = re.compile(r"[A-Za-z0-9_:.-]{8,200}")
PROXY = re.compile(r"(http|https|socks5|socks5h)://[^\s/]+:[0-9]{1,5}/?")
LINK = re.compile(r"https://[!-~]{1,92}")
LONGEST_NAME = 60
BOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
SMTP = re.compile(r"smtps?://([^\s@/]*@)?[A-Za-z0-9.-]+(:[0-9]{1,5})?/?(\?tls=(starttls|none))?")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MAIL = re.compile(r"[^\s@<>,;]+@[A-Za-z0-9.-]+")


def unsafe(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why these settings may not serve a province, as (setting, cause and cure)."""
    faults = []
    try:
        settings.zone  # noqa: B018 - reading it is the check
    except (KeyError, ValueError, OSError):
        faults.append(("TZ_NAME", f"“{settings.tz_name}” is not a known time zone; for example Asia/Ho_Chi_Minh."))
    faults += unsafe_places(settings)
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
    faults += unsafe_in_production(settings)
    if "DATABASE_URL" not in os.environ:
        faults.append(("DATABASE_URL", "not set; name the database, for example postgresql+psycopg://host/hailong."))
    return faults


def unsafe_places(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why the apps cannot be served and linked to under these addresses."""
    faults = []
    for name, url, example in (
        ("PUBLIC_URL", settings.public_url, "https://khaosat.tinh.gov.vn"),
        ("OFFICE_URL", settings.office_url, "https://noivu.tinh.gov.vn"),
    ):
        if not is_site(url):
            faults.append((name, f"“{url}” is no address of a site; write for example {example}."))
    for name, listen in (("PUBLIC_LISTEN", settings.public_listen), ("OFFICE_LISTEN", settings.office_listen)):
        if listen and not is_site(f"http://{listen}"):
            faults.append((name, f"“{listen}” is no address and port; write for example 127.0.0.1:8000."))
    return faults


def unsafe_in_production(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why people and staff may not be sent to these addresses."""
    faults = []
    if not settings.public_url.startswith("https://"):
        faults.append(("PUBLIC_URL", f"“{settings.public_url}” is not an https address; set the one on the posters."))
    if not settings.office_url.startswith("https://"):
        faults.append(("OFFICE_URL", f"“{settings.office_url}” is not an https address; set the one of the office."))
    if settings.office_hosts & settings.public_hosts:
        faults.append(("OFFICE_URL", "names the host of PUBLIC_URL; the office needs one of its own, or another port."))
    return faults


def unsafe_chat(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why the chat cannot serve with these settings; tokens and secrets are never repeated."""
    faults = []
    for name, base in (("TELEGRAM", settings.telegram_base_url), ("ZALO", settings.zalo_base_url)):
        if not is_safe_base(base, settings.env):
            faults.append(
                (f"{name}_BASE_URL", "is no https address of a server; leave it out unless you run one of your own.")
            )
    for name, token in (("TELEGRAM_TOKEN", settings.telegram_token), ("ZALO_TOKEN", settings.zalo_token)):
        if token and not TOKEN.fullmatch(token):
            faults.append((name, "is no token of a bot; copy it whole, it looks like 123456789:letters-and-digits."))
    if settings.telegram_proxy and not (PROXY.fullmatch(settings.telegram_proxy) and parsed(settings.telegram_proxy)):
        faults.append(("TELEGRAM_PROXY", "cannot be read; write for example socks5://127.0.0.1:1080."))
    if settings.telegram_name and not BOT_NAME.fullmatch(settings.telegram_name):
        told_of = f"“{settings.telegram_name}” is no name of a bot; write it without @, for example hailong_bot."
        faults.append(("TELEGRAM_NAME", told_of))
    faults += unsafe_zalo_posters(settings)
    if settings.metrics_listen and not is_private(settings.metrics_listen):
        told_of = f"“{settings.metrics_listen}” is no address of this machine or its own network; write 127.0.0.1:9100."
        faults.append(("METRICS_LISTEN", told_of))
    if settings.metrics_token and not SECRET.fullmatch(settings.metrics_token):
        faults.append(("METRICS_TOKEN", "has other signs than letters, digits, _ and -, or not 16 to 256 of them."))
    return faults + unsafe_hooks(settings)


def unsafe_hooks(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why updates cannot be sent to us; the secret is never repeated."""
    faults = []
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
    return faults


def unsafe_zalo_posters(settings: Settings) -> list[tuple[str, str]]:
    """Every reason why posters cannot show how to come to Zalo; the link has to go into a small code."""
    faults = []
    if settings.zalo_link and not LINK.fullmatch(settings.zalo_link):
        told_of = f"“{settings.zalo_link}” is no https address of 100 plain characters at most; leave it empty if none."
        faults.append(("ZALO_LINK", told_of))
    if settings.zalo_link and not settings.zalo_name.strip():
        faults.append(("ZALO_NAME", "missing, and ZALO_LINK is set; write the name by which people find the bot."))
    if len(settings.zalo_name) > LONGEST_NAME:
        faults.append(("ZALO_NAME", f"has more than {LONGEST_NAME} letters; write the name as Zalo shows it."))
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
    """Every reason why reports cannot be made at these times."""
    times = {"REPORTS_AT": settings.reports_at, "PROGRESS_AT": settings.progress_at}
    told_of = "“{found}” is no time of day; write for example 07:30."
    return [(name, told_of.format(found=found)) for name, found in times.items() if not TIME.fullmatch(found)]


def is_safe_base(address: str, env: str) -> bool:
    """Whether a channel's server may be reached there: by TLS, or on this machine, or anywhere in development."""
    place = parsed(address)
    if place is None or place.query or place.fragment or "@" in place.netloc or not address.isascii():
        return False
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
    place = parsed(address)
    if place is None:
        return False
    whole = place.netloc.partition(":")[0] and not (place.path or place.query or place.fragment or "@" in place.netloc)
    return bool(place.scheme in ("http", "https") and place.hostname and whole)


def parsed(address: str) -> SplitResult | None:
    """The parts of an address; None where it is none, or its port is no port."""
    try:
        place = urlsplit(address)
        return place if place.port is None or place.port > 0 else None
    except ValueError:
        return None
