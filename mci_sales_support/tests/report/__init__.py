from . import test_diagnosis, test_past_hour, test_who_may_call
