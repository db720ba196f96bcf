"""The one discount of a Catalog V1 product, and the prices that come out as the buyer pays them.

V1 has an absolute price per variant and one discount, an amount or a percentage, over all of them
(wix-api stores-v1 3.3). V3 has a paid and a compare-at price per variant and no rule between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from tap_wix.api.catalog_conversion.json_access import Json, as_object
from tap_wix.api.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Sequence

CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
_FINEST_PERCENT = 4

_NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


@dataclass(frozen=True)
class Price:
    """What the buyer of a variant pays, and the price that is struck through, if any."""

    paid: Decimal
    compare_at: Decimal | None = None

    @property
    def full(self) -> Decimal:
        """The price before the discount: a compare-at price that is not above is none."""
        return self.compare_at if self.reduced and self.compare_at is not None else self.paid

    @property
    def reduced(self) -> bool:
        """Whether the variant is on sale."""
        return self.compare_at is not None and self.compare_at > self.paid


@dataclass(frozen=True)
class Discount:
    """A V1 discount. How V1 rounds a percentage is not documented: cents, halves up, is assumed."""

    kind: str = "NONE"
    value: Decimal = Decimal(0)

    @classmethod
    def read(cls, discount: object) -> Discount:
        """The discount of a V1 product, none if there is none that makes sense."""
        row = as_object(discount)
        value = decimal_of(row.get("value"))
        kind = str(row.get("type") or "")
        if kind not in {"AMOUNT", "PERCENT"} or value is None or value <= 0:
            return cls()
        return cls(kind, value)

    def body(self) -> Json:
        """As V1 takes it."""
        return {"type": self.kind, "value": self.value}

    def exact(self, full: Decimal) -> Decimal:
        """What is left of a price, before any rounding."""
        if self.kind == "AMOUNT":
            return full - self.value
        return full * (_HUNDRED - self.value) / _HUNDRED

    def paid(self, full: Decimal) -> Decimal:
        """What the buyer pays."""
        left = max(self.exact(full), Decimal(0))
        return left if self.kind != "PERCENT" else rounded(left)

    def reduces(self, full: Decimal) -> bool:
        """Whether the price goes down at all."""
        return self.kind != "NONE" and self.paid(full) < full

    def gives(self, price: Price, unit: Decimal = CENT) -> bool:
        """Whether both prices of a variant come out, whichever way V1 rounds to the nearest."""
        if self.kind == "NONE":
            return not price.reduced
        left = self.exact(price.full)
        if self.kind == "PERCENT" and not price.full:
            return True  # no percentage makes a price of nothing any less
        return price.reduced and (left == price.paid or abs(left - price.paid) < unit / 2)

    def full_for(self, paid: Decimal) -> Decimal | None:
        """A price before this discount of which exactly `paid` is left, None if there is none."""
        if self.kind != "PERCENT":
            return paid + self.value
        if self.value >= _HUNDRED:
            return None
        full = rounded(paid * _HUNDRED / (_HUNDRED - self.value))
        return full if full > paid and abs(self.exact(full) - paid) < CENT / 2 else None


@dataclass(frozen=True)
class PricePlan:
    """The discount of the product, the price of each variant before it, and what could not be."""

    discount: Discount
    full: tuple[Decimal, ...]
    lost: tuple[int, ...] = ()
    """Positions of the variants whose compare-at price comes out otherwise than wanted."""


def rounded(value: Decimal) -> Decimal:
    """To cents, halves up."""
    return value.quantize(CENT, ROUND_HALF_UP)


def smallest_unit(currency: object) -> Decimal:
    """The smallest coin: prices of 101 yen less 10 % are not fractions of a yen."""
    if str(currency) in _NO_DECIMALS:
        return Decimal(1)
    return Decimal("0.001") if str(currency) in _THREE_DECIMALS else CENT


@dataclass(frozen=True)
class Sale:
    """The discount that a V1 product has, with the prices that Wix made of it.

    Those are proof, however Wix rounds: while a variant's prices stay, its discount can stay.
    """

    discount: Discount
    proven: frozenset[tuple[Decimal, Decimal]] = frozenset()

    @classmethod
    def of(cls, discount: object, prices: Sequence[Price]) -> Sale:
        """The sale of a V1 product that was read from the shop."""
        return cls(Discount.read(discount), frozenset((one.full, one.paid) for one in prices))

    def gives(self, price: Price, unit: Decimal) -> bool:
        """Whether both prices of a variant come out."""
        return (price.full, price.paid) in self.proven or self.discount.gives(price, unit)


def plan(
    prices: Sequence[Price],
    known: Sequence[Sale] = (),
    *,
    unit: Decimal = CENT,
    keep: Sale | None = None,
) -> PricePlan:
    """Find a discount with which every variant costs what its buyer shall pay.

    Args:
        prices: the wanted prices of all variants.
        known: discounts to prefer if they still give all prices: the shop's, the record's.
        unit: the smallest unit of the currency, how near a known discount has to come.
        keep: a discount of the shop to keep where no one discount gives all compare-at prices,
            so that changing one variant's price does not end the sale for the others.

    Where no discount gives both prices of all variants, the paid prices are kept and the
    compare-at prices give way: all are dropped, or follow from `keep`.
    """
    full = tuple(price.full for price in prices)
    for sale in known:
        if all(sale.gives(price, unit) for price in prices):
            return PricePlan(sale.discount, full)
    found = _common(prices)
    if found is not None:
        return PricePlan(found, full)
    kept = _kept(prices, keep, unit) if keep is not None else None
    return kept or PricePlan(
        Discount(),
        tuple(price.paid for price in prices),
        tuple(place for place, price in enumerate(prices) if price.reduced),
    )


def _kept(prices: Sequence[Price], keep: Sale, unit: Decimal) -> PricePlan | None:
    if keep.discount.kind == "NONE":
        return None
    full: list[Decimal] = []
    lost: list[int] = []
    for place, price in enumerate(prices):
        if keep.gives(price, unit):
            full.append(price.full)
            continue
        other = keep.discount.full_for(price.paid)
        if other is None:
            return None
        full.append(other)
        lost.append(place)
    return PricePlan(keep.discount, tuple(full), tuple(lost)) if len(lost) < len(prices) else None


def _common(prices: Sequence[Price]) -> Discount | None:
    if not any(price.reduced for price in prices):
        return Discount()
    free = [price for price in prices if not price.full]
    if not all(price.reduced for price in prices if price.full):
        return None
    if free:
        return _common_percentage([price for price in prices if price.full])
    amounts = {price.full - price.paid for price in prices}
    if len(amounts) == 1:
        return Discount("AMOUNT", amounts.pop())
    return _common_percentage(prices)


def _common_percentage(prices: Sequence[Price]) -> Discount | None:
    """The roundest percentage that comes to within half a cent of every paid price.

    With fewest decimals first: 10 % is what the owner chose, 9.9987 % is what a cent made of it.
    """
    low = max((price.full - price.paid - CENT / 2) / price.full for price in prices) * _HUNDRED
    high = min((price.full - price.paid + CENT / 2) / price.full for price in prices) * _HUNDRED
    middle = (low + high) / 2
    for places in range(_FINEST_PERCENT + 1):
        value = middle.quantize(Decimal(1).scaleb(-places))
        discount = Discount("PERCENT", value)
        if 0 < value <= _HUNDRED and all(discount.gives(price) for price in prices):
            return discount
    return None
