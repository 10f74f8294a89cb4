"""Indicators of zero-carbon parks: systems as data, the accounting method behind them, headroom."""
