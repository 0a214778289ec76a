"""The terminal door: `hailong …`."""
