"""Tables as files, as other programs read them."""

from io import BytesIO

import pandas as pd

from storage.transfer.table_files import Format, encode


def test_times_in_a_csv_have_one_form_whether_or_not_they_have_fractions() -> None:
    times = pd.to_datetime(["2026-11-19 05:00:00", "2026-11-19 05:00:01.492203"], format="ISO8601")
    made = encode(pd.DataFrame({"at": times}), Format.CSV)
    assert made.decode().split("\n")[1] == "2026-11-19 05:00:00.000000"
    read = pd.to_datetime(pd.read_csv(BytesIO(made))["at"])
    assert list(read) == list(times)
