"""Sending: the policy after each outcome, the pace, the breaker, and splitting of long texts."""
