"""How often something may happen: a token bucket."""


class TokenBucket:
    """Up to *rate* values a second, and *burst* at once after a quiet moment."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, 0.0

    def wait(self, now: float) -> float:
        """Take a token; return how many seconds until it is there. *now* is monotonic."""
        self._fill(now)
        self._tokens -= 1.0
        return max(0.0, -self._tokens / self._rate)

    def take(self, now: float) -> float:
        """Take a token where there is one; else return how many seconds until there is."""
        self._fill(now)
        if self._tokens < 1.0:
            return (1.0 - self._tokens) / self._rate
        self._tokens -= 1.0
        return 0.0

    def _fill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
