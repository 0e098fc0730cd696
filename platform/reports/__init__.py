"""Dashboards: who sees which parts, and the numbers, charts and lists that stand in them."""
