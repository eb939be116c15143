"""How hard the properties are tried: the same examples every time, few enough for each change."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "cvsec",
    max_examples=60,
    stateful_step_count=40,
    deadline=None,  # nothing here is timed
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "cvsec-long", settings.get_profile("cvsec"), max_examples=2000, derandomize=False
)
settings.load_profile("cvsec")
