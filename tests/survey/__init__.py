"""Tests of what is true or allowed about questions, answers, ways, units and campaigns."""
