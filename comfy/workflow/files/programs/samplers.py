"""Samplers and schedules, as each program calls them → as ComfyUI does. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

COMFY_SAMPLERS = frozenset(
    {
        "euler",
        "euler_cfg_pp",
        "euler_ancestral",
        "euler_ancestral_cfg_pp",
        "heun",
        "heunpp2",
        "exp_heun_2_x0",
        "exp_heun_2_x0_sde",
        "dpm_2",
        "dpm_2_ancestral",
        "lms",
        "dpm_fast",
        "dpm_adaptive",
        "dpmpp_2s_ancestral",
        "dpmpp_2s_ancestral_cfg_pp",
        "dpmpp_sde",
        "dpmpp_sde_gpu",
        "dpmpp_2m",
        "dpmpp_2m_cfg_pp",
        "dpmpp_2m_sde",
        "dpmpp_2m_sde_gpu",
        "dpmpp_2m_sde_heun",
        "dpmpp_2m_sde_heun_gpu",
        "dpmpp_3m_sde",
        "dpmpp_3m_sde_gpu",
        "ddpm",
        "lcm",
        "ipndm",
        "ipndm_v",
        "deis",
        "res_multistep",
        "res_multistep_cfg_pp",
        "res_multistep_ancestral",
        "res_multistep_ancestral_cfg_pp",
        "gradient_estimation",
        "gradient_estimation_cfg_pp",
        "er_sde",
        "seeds_2",
        "seeds_3",
        "sa_solver",
        "sa_solver_pece",
        "ddim",
        "uni_pc",
        "uni_pc_bh2",
    }
)
"""ComfyUI's own names (comfy/samplers.py), which SwarmUI and Fooocus write as they are."""
COMFY_SCHEDULERS = frozenset(
    {
        "simple",
        "sgm_uniform",
        "karras",
        "exponential",
        "ddim_uniform",
        "beta",
        "normal",
        "linear_quadratic",
        "kl_optimal",
    }
)
SAMPLERS: Mapping[str, str] = MappingProxyType(
    {
        "euler a": "euler_ancestral",
        "euler": "euler",
        "euler a cfg++": "euler_ancestral_cfg_pp",
        "euler cfg++": "euler_cfg_pp",
        "lms": "lms",
        "heun": "heun",
        "dpm2": "dpm_2",
        "dpm2 a": "dpm_2_ancestral",
        "dpm 2": "dpm_2",
        "dpm 2 a": "dpm_2_ancestral",
        "kdpm 2": "dpm_2",
        "kdpm 2 a": "dpm_2_ancestral",
        "dpm++ 2s": "dpmpp_2s_ancestral",
        "dpm++ 2s a": "dpmpp_2s_ancestral",
        "dpm++ 2": "dpmpp_2m",
        "dpm++ 2 a": "dpmpp_2s_ancestral",
        "dpm++ 2m": "dpmpp_2m",
        "dpm++ 2m cfg++": "dpmpp_2m_cfg_pp",
        "dpm++ sde": "dpmpp_sde",
        "dpm++ 2m sde": "dpmpp_2m_sde",
        "dpm++ 2m sde heun": "dpmpp_2m_sde_heun",
        "dpm++ 3m": "dpmpp_3m_sde",
        "dpm++ 3m sde": "dpmpp_3m_sde",
        "dpm fast": "dpm_fast",
        "dpm adaptive": "dpm_adaptive",
        "ddim": "ddim",
        "ddim cfg++": "ddim",
        "ddim v3": "ddim",
        "ddpm": "ddpm",
        "ipndm": "ipndm",
        "ipndm v": "ipndm_v",
        "deis": "deis",
        "unipc": "uni_pc",
        "uni pc": "uni_pc",
        "lcm": "lcm",
        "er sde": "er_sde",
        "res multistep": "res_multistep",
    }
)
"""A sampler's name as `_plain` has it → ComfyUI's ``sampler_name``."""
SCHEDULES: Mapping[str, str] = MappingProxyType(
    {
        "uniform": "normal",
        "normal": "normal",
        "native": "normal",
        "karras": "karras",
        "k": "karras",
        "exponential": "exponential",
        "polyexponential": "exponential",
        "sgm uniform": "sgm_uniform",
        "sgmuniform": "sgm_uniform",
        "trailing": "sgm_uniform",
        "kl optimal": "kl_optimal",
        "linear quadratic": "linear_quadratic",
        "simple": "simple",
        "ddim": "ddim_uniform",
        "beta": "beta",
    }
)
"""A schedule's name as `_plain` has it → ComfyUI's ``scheduler``."""
_NO_SCHEDULES = ("ays", "align your steps", "substep", "turbo")
"""Ends of samplers' names that are schedules which ComfyUI has no name for."""
AUTOMATIC: Mapping[str, str] = MappingProxyType(
    {
        "dpmpp_2m": "karras",
        "dpmpp_sde": "karras",
        "dpmpp_2s_ancestral": "karras",
        "dpm_2": "karras",
        "dpm_2_ancestral": "karras",
        "dpmpp_2m_sde": "exponential",
        "dpmpp_2m_sde_heun": "exponential",
        "dpmpp_3m_sde": "exponential",
    }
)
"""What the schedule "Automatic" means for a sampler (A1111's sd_samplers_kdiffusion.py)."""
_WORDS = (("ancestral", "a"), ("dpmpp", "dpm++"))


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampler and scheduler in ComfyUI's spelling, "" for one that it has no name for.

    `unknown_schedule` is such a one as it was written, "" for none.
    """

    sampler: str = ""
    scheduler: str = ""
    unknown_schedule: str = ""


def comfy_sampling(sampler: str, schedule: str = "") -> Sampling:
    """What ComfyUI calls *sampler* and *schedule*, whichever program wrote them.

    A schedule may be the end of the sampler's name (``DPM++ 2M Karras``, ``dpmpp_2m_k``). Where
    none is named, it is the plain one.
    """
    known = sampler if sampler in COMFY_SAMPLERS else ""
    name = _plain(sampler)
    if not known and name not in SAMPLERS:
        for suffix in (*SCHEDULES, *_NO_SCHEDULES):
            base = name.removesuffix(f" {suffix}")
            if base != name and base in SAMPLERS:
                name, schedule = base, schedule or suffix
                break
    known = known or SAMPLERS.get(name, "")
    scheduler = _scheduler(known, schedule) if known or schedule else ""
    return Sampling(known, scheduler, schedule if schedule and not scheduler else "")


def _scheduler(sampler: str, schedule: str) -> str:
    if schedule in COMFY_SCHEDULERS:
        return schedule
    name = _plain(schedule)
    if name in ("automatic", ""):
        # Before schedules had a name of their own (A1111 1.9), none meant the plain one.
        plain = "ddim_uniform" if sampler == "ddim" else "normal"
        return AUTOMATIC.get(sampler, plain) if name else plain
    return SCHEDULES.get(name, "")


def _plain(name: str) -> str:
    """*name* in lower case, words apart by spaces: ``k_dpmpp_2s_ancestral`` → ``dpm++ 2s a``."""
    plain = name.lower().replace("_", " ").removeprefix("k ").strip()
    for written, word in _WORDS:
        plain = plain.replace(written, word)
    return plain
