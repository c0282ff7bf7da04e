-- What a generation took, beside it: written once, when it is completed, so that no question of
-- the statistics reads node_runs. NULL where it was not measured. Records from elsewhere (`origin`)
-- have none.
ALTER TABLE generations ADD COLUMN waiting_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN run_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN fetching_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN loading_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN encoding_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN sampling_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN decoding_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN saving_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN other_seconds DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN sampled_steps INTEGER;
ALTER TABLE generations ADD COLUMN steps_per_second DOUBLE PRECISION;
ALTER TABLE generations ADD COLUMN is_cold BOOLEAN;

UPDATE generations SET
    waiting_seconds = CASE WHEN started_at >= created_at
        THEN date_diff('microsecond', created_at, started_at) / 1e6 END,
    run_seconds = CASE WHEN finished_at >= started_at
        THEN date_diff('microsecond', started_at, finished_at) / 1e6 END,
    fetching_seconds = CASE WHEN fetched_at >= finished_at
        THEN date_diff('microsecond', finished_at, fetched_at) / 1e6 END;

UPDATE generations SET
    loading_seconds = run.loading, encoding_seconds = run.encoding,
    sampling_seconds = run.sampling, decoding_seconds = run.decoding,
    saving_seconds = run.saving, other_seconds = run.other,
    sampled_steps = run.steps, steps_per_second = run.steps / nullif(run.stepping, 0),
    is_cold = run.is_cold
FROM (
    SELECT generation,
        coalesce(sum(seconds) FILTER (activity = 'loading'), 0) AS loading,
        coalesce(sum(seconds) FILTER (activity = 'encoding'), 0) AS encoding,
        coalesce(sum(seconds) FILTER (activity = 'sampling'), 0) AS sampling,
        coalesce(sum(seconds) FILTER (activity = 'decoding'), 0) AS decoding,
        coalesce(sum(seconds) FILTER (activity = 'saving'), 0) AS saving,
        coalesce(sum(seconds) FILTER (activity NOT IN
            ('loading', 'encoding', 'sampling', 'decoding', 'saving')), 0) AS other,
        coalesce(sum(steps) FILTER (activity = 'sampling' AND steps > 0), 0) AS steps,
        sum(seconds) FILTER (activity = 'sampling' AND steps > 0) AS stepping,
        bool_or(activity = 'loading') AS is_cold
    FROM (
        SELECT generation, activity, steps,
            greatest(date_diff('microsecond', started_at, finished_at), 0) / 1e6 AS seconds
        FROM node_runs
    ) GROUP BY generation
) AS run WHERE run.generation = generations.id;

-- Finished without a node that ran: everything was cached.
UPDATE generations SET loading_seconds = 0, encoding_seconds = 0, sampling_seconds = 0,
    decoding_seconds = 0, saving_seconds = 0, other_seconds = 0, sampled_steps = 0, is_cold = false
WHERE status = 'finished' AND is_cold IS NULL AND started_at IS NOT NULL;
