"""What all tests share: hypothesis draws the same examples in every run, so that a green run stays green.

To search further, run with HYPOTHESIS_PROFILE=search: other examples every time, and many more of them.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=5000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
