"""Tests of codes and posters, and the readers that they use."""
