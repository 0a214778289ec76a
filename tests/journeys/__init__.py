"""Journeys: conversations written down once and run through every door."""
