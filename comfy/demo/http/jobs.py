"""``/api/jobs``: queue and history told as jobs, as ComfyUI 0.33.0 does."""

from typing import Any

from comfy.demo.engine.queue import Prompt, Queue

Json = dict[str, Any]

_ENDS = {
    "execution_success": "completed",
    "execution_error": "failed",
    "execution_interrupted": "cancelled",
}
_PREVIEWABLE = ("images", "gifs", "video", "audio", "3d")


def list_jobs(queue: Queue, query: Json) -> Json:
    """All jobs, newest first, with `status`, `limit`, `offset`, `sort_order` from *query*."""
    jobs = [_waiting(p, "pending") for p in queue.pending]
    jobs += [_waiting(p, "in_progress") for p in queue.running]
    jobs += [_ended(entry) for entry in queue.history.values()]
    if wanted := query.get("status"):
        jobs = [job for job in jobs if job["status"] in wanted.split(",")]
    newest = query.get("sort_order", "desc") != "asc"
    jobs.sort(key=lambda job: (job["create_time"], job["priority"]), reverse=newest)
    offset = max(0, int(query.get("offset", 0)))
    limit = int(query["limit"]) if "limit" in query else None
    end = len(jobs) if limit is None else offset + limit
    page = {
        "offset": offset,
        "limit": limit,
        "total": len(jobs),
        "has_more": end < len(jobs),
    }
    return {"jobs": jobs[offset:end], "pagination": page}


def get_job(queue: Queue, job_id: str) -> Json | None:
    """One job with its outputs and graph; None where there is none."""
    for prompts, status in ((queue.running, "in_progress"), (queue.pending, "pending")):
        for prompt in prompts:
            if prompt.prompt_id == job_id:
                return {**_waiting(prompt, status), **_details(prompt.entry(), {}, {})}
    entry = queue.history.get(job_id)
    if entry is None:
        return None
    details = _details(entry["prompt"], entry["outputs"], entry["status"])
    return {**_ended(entry), **details}


def _waiting(prompt: Prompt, status: str) -> Json:
    return {
        "id": prompt.prompt_id,
        "status": status,
        "priority": prompt.number,
        "create_time": prompt.extra_data.get("create_time", 0),
        "outputs_count": 0,
        "previewable_outputs_count": 0,
    }


def _ended(entry: Json) -> Json:
    number, prompt_id, _, extra_data, _ = entry["prompt"]
    job: Json = {"id": prompt_id, "status": "failed", "priority": number}
    job["create_time"] = extra_data.get("create_time", 0)
    for event, data in entry["status"]["messages"]:
        if event == "execution_start":
            job["execution_start_time"] = data["timestamp"]
        if event in _ENDS:
            job["status"] = _ENDS[event]
            job["execution_end_time"] = data["timestamp"]
        if event == "execution_error":
            job["execution_error"] = data
    outputs = [
        {**file, "nodeId": node, "mediaType": kind}
        for node, output in entry["outputs"].items()
        for kind, files in output.items()
        for file in (files if isinstance(files, list) else [])
        if isinstance(file, dict) and "filename" in file
    ]
    previewable = [o for o in outputs if o["mediaType"] in _PREVIEWABLE]
    job["outputs_count"] = len(outputs)
    job["previewable_outputs_count"] = len(previewable)
    if previewable:
        job["preview_output"] = previewable[0]
    return job


def _details(prompt: list[Any], outputs: Json, status: Json) -> Json:
    return {
        "outputs": outputs,
        "execution_status": status,
        "workflow": {"prompt": prompt[2], "extra_data": prompt[3]},
    }
