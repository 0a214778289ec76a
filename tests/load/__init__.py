"""Speed as ratios of one run: each figure beside a ceiling that it builds itself; `python -m tests.load`."""
