"""The statements of `benchmarks.synthetic`, with its values at each $name."""

COMMON = """
CREATE TEMP MACRO u(i, k) AS (hash(i, k, $seed) >> 11)::DOUBLE / 9007199254740992.0;
CREATE TEMP MACRO gauss(i, k) AS
    sqrt(-2 * ln(u(i, k) + 1e-12)) * cos(6.283185307 * u(i, k + 1000));
CREATE TEMP MACRO pick(i, k, names, skew) AS
    names[1 + floor(len(names) * pow(u(i, k), skew))::INTEGER];
CREATE TEMP MACRO stamp(s) AS make_timestamp((s * 1e6)::BIGINT);
CREATE TEMP MACRO micro(s) AS round(s, 6);
CREATE TEMP MACRO kept(id, born, number) AS
    'images/' || strftime(stamp(born), '%Y-%m') || '/' || id || '-' || number;
CREATE TEMP MACRO image(i, id, born, size, number) AS {
    'number': number, 'path': kept(id, born, number) || '.png',
    'sha256': format('{:016x}', (hash(i, 41, number) >> 1)::BIGINT) || repeat('0', 48),
    'bytes': 1000000 + (hash(i, 42, number) % 2000000)::BIGINT, 'media': 'image/png',
    'width': size[1], 'height': size[2], 'thumbnail': kept(id, born, number) || '.thumbnail.webp',
    'kind': 'images', 'node': '9', 'filename': 'ComfyUI_' || i || '_.png', 'temporary': false,
    'seconds': 0.0
};
"""

MADE = """
CREATE OR REPLACE TEMP TABLE made AS
WITH moments AS (
    SELECT i, $start + day * 86400 + 86400 * (f - 0.7 * sin(6.283185307 * f) / 6.283185307) AS born
    FROM (SELECT i, floor(d) AS day, d - floor(d) AS f
        FROM (SELECT i, $days * (i + u(i, 1)) / $rows AS d FROM range($first, $last) t(i)))
), chosen AS (
    SELECT i, born, (born * 1000)::BIGINT AS ms, pick(i, 2, $owners, 1.7) AS owner,
        1 + floor(8 * pow(u(i, 3), 1.6))::INTEGER AS model,
        pick(i, 4, [[512, 512], [512, 768], [768, 768], [1024, 1024], [832, 1216], [1216, 832]],
            0.8) AS size,
        pick(i, 5, ['euler', 'dpmpp_2m', 'dpmpp_2m_sde', 'euler_ancestral', 'ddim'], 1.5)
            AS sampler,
        pick(i, 6, ['normal', 'karras', 'simple'], 1.3) AS scheduler,
        pick(i, 7, [20, 25, 30, 40], 1.5) AS steps, pick(i, 8, ['gpu-1', 'gpu-2', 'gpu-3'], 1.0)
            AS server,
        CASE WHEN u(i, 9) < 0.05 THEN 4 ELSE 1 END AS batch, u(i, 10) < 0.09 AS is_cold,
        CASE WHEN u(i, 11) < 0.91 THEN 'finished' WHEN u(i, 11) < 0.95 THEN 'cancelled'
            WHEN u(i, 11) < 0.985 THEN 'failed' ELSE 'lost' END AS status
    FROM moments
), paced AS (
    SELECT *, size[1] * size[2] * batch / 1e6 AS megapixels, $checkpoints[model] AS checkpoint,
        CASE server WHEN 'gpu-1' THEN 1.0 WHEN 'gpu-2' THEN 1.25 ELSE 0.8 END
            * CASE WHEN server = 'gpu-2' AND born >= $slower THEN 1.31 ELSE 1 END
            * CASE WHEN sampler = 'dpmpp_2m_sde' THEN 1.1 ELSE 1 END
            * exp(0.06 * gauss(i, 12)) * CASE WHEN u(i, 13) < 0.01 THEN 4 ELSE 1 END AS slow
    FROM chosen
)
SELECT *,
    micro(CASE WHEN is_cold THEN $loads[model] * (0.8 + 0.4 * u(i, 14)) ELSE 0 END) AS loading,
    micro(0.08 + 0.05 * u(i, 15)) AS encoding, micro(steps * $paces[model] * megapixels * slow)
        AS sampling,
    micro(0.3 * megapixels * slow) AS decoding, micro(0.12 * megapixels) AS saving,
    0.004::DOUBLE AS other, micro(-2.5 * ln(u(i, 16) + 1e-9)) AS waiting,
    micro(0.05 + 0.1 * u(i, 17)) AS fetching,
    format('{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}', ms >> 16, ms & 65535,
        (hash(i, 18, $seed) & 4095)::BIGINT, (32768 | (hash(i, 19, $seed) & 16383))::BIGINT,
        (hash(i, 20, $seed) & 281474976710655)::BIGINT) AS id,
    concat_ws(' ', array_to_string(list_transform(range(8 + (hash(i, 21, $seed) % 7)::BIGINT),
        lambda k: $words[floor(exp(u(i, 30 + k) * ln(len($words) + 0.999)))::INTEGER]), ' '),
        RARE) AS prompt
FROM paced
"""

GENERATIONS = """
INSERT INTO generations BY NAME
WITH timed AS (
    SELECT *, micro(loading + encoding + other + sampling + decoding + saving + 0.02) AS running,
        status IN ('finished', 'failed') AS ran FROM made
)
SELECT id, id AS press, owner, status, stamp(born) AS created_at,
    json_object('prompt', prompt, 'steps', steps) AS request, prompt, prompt AS prompt_folded,
    '' AS negative_prompt, checkpoint, '' AS lora, sampler, scheduler, size[1] AS width,
    size[2] AS height, steps, 7.0 AS cfg, (hash(i, 40, $seed) >> 1)::DECIMAL(20, 0) AS seed, batch,
    'txt2img' AS workflow, server, '{}' AS graph, stamp(born + 0.01) AS submitted_at,
    CASE WHEN ran THEN stamp(born + waiting) END AS started_at,
    CASE WHEN ran THEN stamp(born + waiting + running) END AS finished_at,
    CASE WHEN status = 'finished' THEN stamp(born + waiting + running + fetching) END AS fetched_at,
    CASE WHEN status = 'failed' THEN 'The server ran out of memory: choose a smaller size.'
        WHEN status = 'lost' THEN 'The server forgot this one: it was started anew.' ELSE '' END
        AS error,
    CASE WHEN status = 'failed' THEN pick(i, 22, ['out_of_memory', 'node', 'rejected', 'fetch'], 2)
        WHEN status = 'lost' THEN 'lost' ELSE '' END AS error_kind,
    CASE WHEN status = 'failed' THEN 'KSampler' ELSE '' END AS error_node, '' AS error_detail,
    '' AS warning, '[]' AS texts, 0 AS priority, 0.0 AS position, false AS held, 1 AS attempts,
    status = 'cancelled' AS cancel_asked, false AS retry_on_loss,
    micro(running * exp(0.12 * gauss(i, 23))) AS forecast_seconds,
    CASE WHEN u(i, 24) < 0.002 THEN stamp(born + 3600) END AS deleted_at,
    CASE WHEN status = 'finished' THEN batch ELSE 0 END AS image_count, '' AS origin,
    to_json(list_transform(range(image_count), lambda n: image(i, id, born, size, n))) AS files,
    CASE WHEN ran THEN waiting END AS waiting_seconds,
    CASE WHEN ran THEN running END AS run_seconds,
    CASE WHEN status = 'finished' THEN fetching END AS fetching_seconds,
    CASE WHEN ran THEN loading END AS loading_seconds,
    CASE WHEN ran THEN encoding END AS encoding_seconds,
    CASE WHEN ran THEN sampling END AS sampling_seconds,
    CASE WHEN ran THEN decoding END AS decoding_seconds,
    CASE WHEN ran THEN saving END AS saving_seconds,
    CASE WHEN ran THEN other END AS other_seconds,
    CASE WHEN ran THEN steps END AS sampled_steps,
    CASE WHEN ran THEN steps / sampling END AS steps_per_second,
    CASE WHEN ran THEN is_cold END AS is_cold
FROM timed ORDER BY created_at, id
"""

IMAGES = """
INSERT INTO images
SELECT id, unnest(image(i, id, born, size, number))
FROM made, range(batch) n(number) WHERE status = 'finished' ORDER BY id, number
"""

NODE_RUNS = """
INSERT INTO node_runs (generation, number, node, title, node_class, activity, started_at,
    finished_at, steps, step_seconds)
WITH spans AS (
    SELECT i, id, born + waiting AS start, steps, unnest([
        {'n': 0, 'node': '4', 'class': CASE WHEN is_cold THEN 'CheckpointLoaderSimple'
            ELSE 'ModelSamplingDiscrete' END,
            'activity': CASE WHEN is_cold THEN 'loading' ELSE 'other' END, 'b': 0.0,
            's': CASE WHEN is_cold THEN loading ELSE 0.002 END},
        {'n': 1, 'node': '6', 'class': 'CLIPTextEncode', 'activity': 'encoding', 'b': loading,
            's': encoding / 2},
        {'n': 2, 'node': '7', 'class': 'CLIPTextEncode', 'activity': 'encoding',
            'b': loading + encoding / 2, 's': encoding / 2},
        {'n': 3, 'node': '5', 'class': 'EmptyLatentImage', 'activity': 'other',
            'b': loading + encoding, 's': CASE WHEN is_cold THEN other ELSE other - 0.002 END},
        {'n': 4, 'node': '3', 'class': 'KSampler', 'activity': 'sampling',
            'b': loading + encoding + other, 's': sampling},
        {'n': 5, 'node': '8', 'class': 'VAEDecode', 'activity': 'decoding',
            'b': loading + encoding + other + sampling, 's': decoding},
        {'n': 6, 'node': '9', 'class': 'SaveImage', 'activity': 'saving',
            'b': loading + encoding + other + sampling + decoding, 's': saving}]) AS run
    FROM made WHERE status IN ('finished', 'failed')
)
SELECT id, run.n, run.node, run.class, run.class, run.activity, stamp(start + run.b),
    stamp(start + run.b + run.s), CASE WHEN run.n = 4 THEN steps ELSE 0 END,
    CASE WHEN run.n = 4 THEN list_transform(range(steps),
        lambda k: round(run.s / steps * (0.97 + 0.06 * u(i, 50 + k)), 5)) ELSE [] END
FROM spans ORDER BY id, run.n
"""
