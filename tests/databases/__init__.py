"""Real database servers for the tests: found, started, or installed."""
