"""Six questions worth asking in the SQL box."""

EXAMPLES = (
    (
        "The words of your best-used prompts",
        """\
SELECT word, count(*) AS times
FROM (SELECT unnest(string_split(lower(prompt), ' ')) AS word FROM generations)
WHERE length(word) > 3
GROUP BY word ORDER BY times DESC LIMIT 50""",
    ),
    (
        "Pixels made per second, by checkpoint and server",
        """\
SELECT checkpoint, server, count(*) AS generations,
    round(sum(megapixels * batch) / sum(run_seconds), 3) AS megapixels_per_second
FROM generations
WHERE status = 'finished' AND run_seconds > 0
GROUP BY ALL ORDER BY megapixels_per_second DESC""",
    ),
    (
        "Which nodes take the most time",
        """\
SELECT node_class, count(*) AS runs, round(median(seconds), 2) AS median_seconds,
    round(sum(seconds) / 3600, 2) AS hours
FROM nodes
GROUP BY node_class ORDER BY hours DESC LIMIT 25""",
    ),
    (
        "Week by week: how many, and how fast",
        """\
SELECT date_trunc('week', created_at) AS week, count(*) AS generations,
    round(median(run_seconds), 1) AS median_seconds,
    round(100 * avg((status = 'finished')::INT), 1) AS percent_finished
FROM generations
GROUP BY week ORDER BY week DESC""",
    ),
    (
        "The same settings on different servers",
        """\
SELECT checkpoint, size, sampler, steps,
    round(median(run_seconds) FILTER (NOT is_cold), 2) AS warm_seconds, server
FROM generations
WHERE status = 'finished'
GROUP BY checkpoint, size, sampler, steps, server
HAVING count(*) >= 5
ORDER BY checkpoint, size, sampler, steps, warm_seconds LIMIT 200""",
    ),
    (
        "Where the forecast was furthest off",
        """\
SELECT created_at, checkpoint, size, steps, round(forecast_seconds, 1) AS forecast,
    round(run_seconds, 1) AS took, round(waiting_seconds, 1) AS waited
FROM generations
WHERE run_seconds > 0 AND forecast_seconds > 0
ORDER BY abs(ln(forecast_seconds / run_seconds)) DESC LIMIT 50""",
    ),
)
"""Title and statement of each."""
