"""Settings that a process works out by itself."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from runtime.settings import Settings, SettingsError, development_key, read_settings


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    for attempt in range(20):
        folder = tmp_path / str(attempt)
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(development_key, [folder] * 8))
        assert len(keys) == 1
        assert len(keys.pop()) == 64
        assert [path.name for path in folder.iterdir()] == ["development.key"]
        assert (folder / "development.key").stat().st_mode & 0o077 == 0


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment with nothing of ours in it but a data folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("HAILONG_ENV", raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "khaosat.tinh.gov.vn"),
        ("PUBLIC_URL", "ftp://khaosat.tinh.gov.vn"),
        ("PUBLIC_URL", "https://khaosat.tinh.gov.vn/khao-sat"),
        ("PUBLIC_URL", "https://user@khaosat.tinh.gov.vn"),
        ("PUBLIC_URL", "http://[::1"),
        ("PUBLIC_URL", "http://127.0.0.1:99999"),
        ("PUBLIC_URL", "https://:443"),
        ("PUBLIC_LISTEN", "127.0.0.1:http"),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "var/hailong.db"),
        ("DATABASE_URL", "mysql://host/hailong"),
        ("DATABASE_URL", "postgresql+psycopg2://host/hailong"),
        ("DATABASE_URL", "postgresql://host:port/hailong"),
        ("SECRET_KEY_FILE", "/nonexistent"),
        ("DATABASE_URL_FILE", "/dev"),
        ("DATA_DIR", "/dev/null"),
        ("TRUSTED_PROXIES", "many"),
        ("TZ_NAME", "../../etc/passwd"),
    ],
)
def test_a_setting_that_cannot_work_is_named(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [fault[0] for fault in refused.value.faults] == [name]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PUBLIC_URL=\xff\xfe", ".env"), (b"HAILONG_ENV=production\nSECRET_KEY=" + b"k" * 40, "HAILONG_ENV")],
)
def test_a_file_that_cannot_be_the_environment_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path, content: bytes, name: str
) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [fault[0] for fault in refused.value.faults] == [name]


@pytest.mark.parametrize(
    "address",
    [
        "sqlite:///var/hailong.db",
        "postgres://user:p@host/hailong",
        "postgresql://user:a#b:c/d@host:5432/hailong",
        "postgresql+psycopg://[::1]:5432/hailong?sslmode=require",
        "postgresql:///hailong?host=/run/postgresql",
    ],
)
def test_an_address_of_a_database_is_taken(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("DATABASE_URL", address)
    assert read_settings().database_url == address


@pytest.mark.parametrize(
    ("address", "hosts", "url"),
    [
        ("https://KhaoSat.Tinh.gov.vn/", {"khaosat.tinh.gov.vn"}, "https://KhaoSat.Tinh.gov.vn"),
        ("https://tinh.vn:443", {"tinh.vn"}, "https://tinh.vn:443"),
        ("https://tinh.vn:8443", {"tinh.vn:8443"}, "https://tinh.vn:8443"),
        ("http://localhost:8000", {"localhost:8000", "127.0.0.1:8000"}, "http://localhost:8000"),
        ("http://127.0.0.1:80/", {"localhost", "127.0.0.1"}, "http://127.0.0.1:80"),
    ],
)
def test_the_host_of_our_links_is_known_as_browsers_name_it(
    environment: pytest.MonkeyPatch, address: str, hosts: set[str], url: str
) -> None:
    environment.setenv("PUBLIC_URL", address)
    settings = read_settings()
    assert (settings.public_hosts, settings.public_url) == (hosts, url)


@pytest.mark.parametrize(
    ("name", "value", "others"),
    [
        ("TELEGRAM_TOKEN", "two words", {}),
        ("TELEGRAM_BASE_URL", "ftp://api", {}),
        ("TELEGRAM_BASE_URL", "http://[::1", {}),
        ("TELEGRAM_BASE_URL", "https://api.telegram.org/bot?token=1", {}),
        ("TELEGRAM_MODE", "push", {}),
        ("TELEGRAM_PROXY", "10.0.0.7:1080", {}),
        ("TELEGRAM_PROXY", "socks5://127.0.0.1:99999", {}),
        ("TELEGRAM_PROXY", "ftp://127.0.0.1:1080", {}),
        ("TELEGRAM_NAME", "@hailong_bot", {}),
        ("ZALO_TOKEN", "short", {}),
        ("ZALO_BASE_URL", "nothing", {}),
        ("ZALO_BASE_URL", "https://user:pass@zalo.example.vn", {}),
        ("ZALO_LINK", "http://zalo.me/1", {"ZALO_NAME": "Khảo sát"}),
        ("ZALO_LINK", "https://zalo.me/khảo sát", {"ZALO_NAME": "Khảo sát"}),
        ("ZALO_LINK", "https://zalo.me/" + "x" * 85, {"ZALO_NAME": "Khảo sát"}),
        ("ZALO_NAME", "", {"ZALO_LINK": "https://zalo.me/1"}),
        ("ZALO_NAME", "Khảo sát " * 7, {}),
        ("WEBHOOK_SECRET", "too short", {}),
        ("WEBHOOK_SECRET", "with some spaces in it", {}),
        ("WEBHOOK_SECRET", "x" * 257, {}),
        ("WEBHOOK_SECRET", "", {"ZALO_MODE": "webhook", "ZALO_TOKEN": "12345678:abc"}),
        ("WEBHOOK_SECRET", "", {"TELEGRAM_MODE": "webhook", "TELEGRAM_TOKEN": "12345678:abc"}),
        ("METRICS_LISTEN", "0.0.0.0:9100", {}),
        ("METRICS_LISTEN", "198.41.0.4:9100", {}),
        ("METRICS_LISTEN", "127.0.0.1", {}),
        ("METRICS_LISTEN", "[::]:9100", {}),
        ("SMTP_URL", "mail.example.vn", {}),
        ("MAIL_FROM", "nobody", {}),
    ],
)
def test_settings_of_chat_and_mail_that_cannot_work_are_named(
    environment: pytest.MonkeyPatch, name: str, value: str, others: dict[str, str]
) -> None:
    for key, given in ({name: value} | others).items():
        environment.setenv(key, given)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [found for found, _ in refused.value.faults] == [name]
    secret = name.endswith(("_TOKEN", "_SECRET", "_BASE_URL", "_PROXY")) and value
    assert not secret or value not in str(refused.value)


def test_settings_of_chat_and_mail_that_work(environment: pytest.MonkeyPatch) -> None:
    given = {
        "TELEGRAM_TOKEN": "123456789:AAF-x_y",
        "TELEGRAM_BASE_URL": "http://127.0.0.1:8081/",
        "TELEGRAM_PROXY": "socks5://127.0.0.1:1080",
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_NAME": "hailong_bot",
        "ZALO_TOKEN": "12345678:abc",
        "ZALO_NAME": "Khảo sát Thái Nguyên",
        "ZALO_LINK": "https://zalo.me/3456789012345678901",
        "WEBHOOK_SECRET": "a-secret_of-16-signs",
        "METRICS_LISTEN": "127.0.0.1:9100",
        "SMTP_URL": "smtp://user:pass@mail.example.vn:587?tls=starttls",
        "MAIL_FROM": "khaosat@example.vn",
    }
    for name, value in given.items():
        environment.setenv(name, value)
    settings = read_settings()
    assert (settings.telegram_base_url, settings.telegram_mode) == ("http://127.0.0.1:8081", "webhook")
    assert settings.chats == {"telegram": "webhook", "zalo": "polling"}


def test_a_chat_is_off_unless_it_has_a_token(environment: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    assert settings.chats == {}
    assert (settings.telegram_base_url, settings.zalo_base_url) == (
        "https://api.telegram.org",
        "https://bot-api.zaloplatforms.com",
    )


def production(environment: pytest.MonkeyPatch, **others: str) -> None:
    """An environment that may serve a province, with these settings beside."""
    given = {
        "HAILONG_ENV": "production",
        "SECRET_KEY": "k" * 40,
        "DATABASE_URL": "postgresql://hailong@host/hailong",
        "PUBLIC_URL": "https://khaosat.tinh.gov.vn",
        "OFFICE_URL": "https://noivu.tinh.gov.vn",
    }
    for name, value in (given | others).items():
        environment.setenv(name, value)


@pytest.mark.parametrize("address", ["https://chat.tinh.gov.vn/telegram", "http://127.0.0.1:8081", "http://[::1]:8081"])
def test_in_production_a_server_of_the_chat_is_reached_by_tls_or_is_this_machine(
    environment: pytest.MonkeyPatch, address: str
) -> None:
    production(environment, TELEGRAM_BASE_URL=address, ZALO_BASE_URL=address)
    assert (read_settings().telegram_base_url, read_settings().zalo_base_url) == (address, address)
    production(environment, TELEGRAM_BASE_URL="http://10.0.0.5:8081", ZALO_BASE_URL="http://zalo.tinh.gov.vn")
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert [name for name, _ in refused.value.faults] == ["TELEGRAM_BASE_URL", "ZALO_BASE_URL"]


def test_every_fault_of_the_chat_is_told_at_once_and_no_secret_with_it(environment: pytest.MonkeyPatch) -> None:
    given = {
        "TELEGRAM_TOKEN": "hush hush telegram",
        "TELEGRAM_PROXY": "hush://hush:hush@proxy",
        "TELEGRAM_MODE": "webhook",
        "ZALO_TOKEN": "hush hush zalo",
        "WEBHOOK_SECRET": "hush",
        "METRICS_LISTEN": "0.0.0.0:9100",
        "PUBLIC_URL": "http://khaosat.tinh.gov.vn",
    }
    production(environment, **given)
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert {name for name, _ in refused.value.faults} == given.keys()
    assert "hush" not in str(refused.value)


def test_secrets_of_the_chat_may_stand_in_files(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("TELEGRAM_TOKEN", "ZALO_TOKEN", "WEBHOOK_SECRET"):
        (tmp_path / name).write_text(f"secret-of-{name}\n", encoding="utf-8")
        environment.delenv(name, raising=False)
        environment.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = read_settings()
    for name in ("TELEGRAM_TOKEN", "ZALO_TOKEN", "WEBHOOK_SECRET"):
        del os.environ[name]  # it was put there by us, not by the fixture
    assert (settings.telegram_token, settings.zalo_token, settings.webhook_secret) == (
        "secret-of-TELEGRAM_TOKEN",
        "secret-of-ZALO_TOKEN",
        "secret-of-WEBHOOK_SECRET",
    )
