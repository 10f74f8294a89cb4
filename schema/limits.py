"""Everything that grows has a named maximum; the API's documentation prints this table."""

from typing import Final

from accounting.judgement.monte_carlo import MOST_DRAWS
from ledger.activities.posting import MOST_ROWS
from ledger.footprints.footprints import MOST_MONTHS
from ledger.intervals.matching import MOST_DAYS, MOST_INTERVALS
from ledger.intervals.spans import MOST_VALUES

ROWS_PER_POSTING: Final = MOST_ROWS
VALUES_PER_INTERVAL_POSTING: Final = MOST_VALUES
DAYS_OF_INTERVALS: Final = MOST_DAYS
INTERVALS_PER_MATCHING: Final = MOST_INTERVALS
ESTIMATES_PER_REQUEST: Final = 1000
MONTHS_PER_FOOTPRINT: Final = MOST_MONTHS
YEARS_PER_PREVIEW: Final = 10
ITEMS_PER_METHOD: Final = 1000
INPUTS_PER_METHOD: Final = 2000
DRAWS_PER_SIMULATION: Final = MOST_DRAWS
NUMBERS_PER_SIMULATION: Final = 10 * MOST_DRAWS
PRODUCTS_PER_FOOTPRINT_SIMULATION: Final = 50 * MOST_DRAWS
UNCERTAIN_NAMES: Final = 100
VALUES_PER_SCENARIO: Final = 50_000
PAGE_DEFAULT: Final = 50
PAGE_MOST: Final = 500
SEARCH_TEXT: Final = 200
OPERATION_TOKENS: Final = 5000
BODY_BYTES: Final = 8 * 1024 * 1024
OPERATION_POINTS: Final = 20_000
