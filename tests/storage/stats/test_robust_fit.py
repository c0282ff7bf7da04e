"""What a step costs, whatever is wrong with some of the generations."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.stats.robust_fit import Line, Runs, fit, weighted_median


def runs(rng: Random, per_step: float, fixed: float, noise: float = 0.0) -> list[Runs]:
    """Medians of generations with 8 to 50 steps."""
    return [
        Runs(
            steps,
            rng.randint(1, 50),
            per_step * steps * (1 + noise * rng.uniform(-1, 1)),
            fixed * (1 + noise * rng.uniform(-1, 1)),
        )
        for steps in (8, 12, 20, 25, 30, 40, 50)
    ]


@given(st.integers(), st.floats(0.001, 100), st.floats(0, 100))
def test_an_exact_line_is_found(seed: int, per_step: float, fixed: float) -> None:
    line = fit(runs(Random(seed), per_step, fixed))
    assert line
    assert line.per_step == pytest.approx(per_step)
    assert line.fixed == pytest.approx(fixed, abs=1e-6 * (1 + per_step))


@pytest.mark.parametrize("seed", range(50))
def test_noise_and_an_outlier_matter_little(seed: int) -> None:
    rng = Random(seed)
    made = runs(rng, 0.4, 3.0, noise=0.03)
    made[rng.randrange(7)] = Runs(22, 2, 900.0, 700.0)
    line = fit(made)
    assert line
    assert line.per_step == pytest.approx(0.4, rel=0.15)
    assert line.fixed == pytest.approx(3.0, abs=1.5)
    assert line.basis == sum(run.generations for run in made)


def test_one_number_of_steps_gives_all_of_the_sampling_to_them() -> None:
    assert fit([Runs(20, 5, 8.0, 1.5)]) == Line(0.4, 1.5, 5)


def test_more_steps_that_took_less_are_no_slope() -> None:
    line = fit([Runs(20, 5, 8.0, 1.5), Runs(40, 5, 4.0, 1.5)])
    assert line
    assert line.per_step > 0


@pytest.mark.parametrize("made", [[], [Runs(0, 5, 0.0, 1.0)], [Runs(20, 0, 8.0, 1.0)]])
def test_without_steps_there_is_no_line(made: list[Runs]) -> None:
    assert fit(made) is None


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.integers(1, 100)), min_size=1))
def test_half_of_the_weight_lies_on_either_side(pairs: list[tuple[float, int]]) -> None:
    values, weights = zip(*pairs, strict=True)
    middle = weighted_median(values, weights)
    whole = sum(weights)
    assert middle in values
    assert 2 * sum(w for v, w in pairs if v < middle) <= whole
    assert 2 * sum(w for v, w in pairs if v > middle) <= whole


def test_no_values_have_no_median() -> None:
    with pytest.raises(ValueError, match="no values"):
        weighted_median([], [])
