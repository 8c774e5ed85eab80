"""Figures of contacts: ratios of whole numbers, rounded alike by every database."""

UNITS = 10_000  # a figure is kept in ten-thousandths, and bounds have four decimals


def round_ratio(
    numerator: int | None, denominator: int | None, decimals: int
) -> int | None:
    """Return the ratio in ten-thousandths, rounded to `decimals`, halves away from 0.

    `decimals` goes from -9 (billions) to 4. None where there is nothing to divide, or
    nothing to divide by.
    """
    if numerator is None or not denominator:
        return None
    up, down = 10 ** max(decimals, 0), 10 ** max(-decimals, 0)
    rounded = (2 * abs(numerator) * up + denominator * down) // (2 * denominator * down)
    rounded *= 10 ** (4 - decimals)
    return rounded if numerator >= 0 else -rounded
