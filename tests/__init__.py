"""Tests, a folder a room; `tests/load` holds the benchmarks and is not part of the suite."""
