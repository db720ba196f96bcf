"""Orders for shops: nasty ones of any number, and two years of believable ones."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.fake_wix.clock import NANO, nanoseconds_of, text_of
from tests.fake_wix.shops.from_types import invent

if TYPE_CHECKING:
    import random

    from tests.fake_wix.site import Site

Json = dict[str, Any]
STATUSES = ("APPROVED", "APPROVED", "APPROVED", "CANCELED", "PENDING", "REJECTED")
_BEGINNING = nanoseconds_of("2024-01-01T08:00:00Z")
_LINE = "00000000-0000-0000-0000-{:012d}"


def nasty_orders(site: Site, count: int, random: random.Random, *, tied: int = 0) -> None:
    """Orders with any of the fields that Wix publishes. The first ``tied`` changed in one instant."""
    changed = _BEGINNING
    for number in range(count):
        if number >= tied and random.random() > 0.2:
            changed += random.choice((1, 1_000_000, 999_999_999, 86_400 * NANO))
        order = invent("orders", random, fill=0.4)
        lines = [
            {**invent("orders", random, at="lineItems[]", fill=0.4), "id": _LINE.format(at + 1)}
            for at in range(random.choice((1, 1, 2, 5)))
        ]
        order |= {
            "id": site.new_id(),
            "number": str(10_000 + number),
            "createdDate": text_of(_BEGINNING + number * NANO, random.choice((0, 3, 9))),
            "updatedDate": text_of(changed, 3 if number < tied else random.choice((0, 3, 9))),
            "status": random.choice(STATUSES),
            "lineItems": lines,
        }
        site.ecom.add(
            order,
            payments=_children(site, random, "order_transactions", "payments[]"),
            refunds=_children(site, random, "order_transactions", "refunds[]"),
            fulfillments=_children(site, random, "order_fulfillments", "fulfillments[]"),
        )
    site.ecom.add({"status": "INITIALIZED"})


def _children(site: Site, random: random.Random, entity: str, at: str) -> list[Json]:
    count = random.choice((0, 0, 1, 2))
    return [{**invent(entity, random, at=at, fill=0.4), "id": site.new_id()} for _ in range(count)]


# product, sku, price, quantity of each line
BASKETS: tuple[tuple[tuple[str, str, str, int], ...], ...] = (
    (("Tea bowl", "bowl-tea", "38.00", 2),),
    (("Espresso cup", "cup-esp", "24.00", 4), ("Milk jug", "jug-milk", "34.50", 1)),
    (("Moon vase", "vase-moon", "145.00", 1),),
    (("Linen towel", "towel", "19.90", 3), ("Linen apron", "apron", "64.00", 1)),
    (("Stoneware clay, 10 kg", "clay-10", "21.00", 5),),
    (("Dinner plate", "plate-din", "46.00", 6), ("Serving bowl", "bowl-srv", "89.00", 1)),
)
SOLD_ON = (
    *("2026-06-03", "2026-06-19", "2026-07-02", "2026-07-21", "2026-08-05", "2026-08-30"),
    *("2026-09-04", "2026-09-17", "2026-10-08", "2026-10-29", "2026-11-03", "2026-11-24"),
)


def demo_orders(site: Site) -> None:
    """A dozen orders of half a year, one cancelled, one refunded in part, most of them sent."""
    contacts = site.contacts.store.all()
    for number, day in enumerate(SOLD_ON):
        basket = BASKETS[number % len(BASKETS)]
        contact = contacts[number % len(contacts)]
        total = sum((Decimal(price) * quantity for _, _, price, quantity in basket), Decimal(0))
        moment = f"{day}T10:{number + 10}:00.000Z"
        canceled, refunded = number == 4, number == 7
        order = {
            "number": str(10_001 + number),
            "createdDate": moment,
            "purchasedDate": moment,
            "updatedDate": f"{day}T18:30:{number + 10}.250Z",
            "status": "CANCELED" if canceled else "APPROVED",
            "paymentStatus": "PARTIALLY_REFUNDED" if refunded else "PAID",
            "fulfillmentStatus": "NOT_FULFILLED" if canceled else "FULFILLED",
            "currency": site.currency,
            "buyerInfo": {"contactId": contact["id"], "email": "buyer@example.org"},
            "channelInfo": {"type": "WEB"},
            "priceSummary": {"subtotal": _price(site, total), "total": _price(site, total)},
            "lineItems": [
                {
                    "id": _LINE.format(at + 1),
                    "productName": {"original": name},
                    "quantity": quantity,
                    "price": _price(site, Decimal(price)),
                    "totalPriceAfterTax": _price(site, Decimal(price) * quantity),
                    "itemType": {"preset": "PHYSICAL"},
                    "physicalProperties": {"sku": sku, "shippable": True},
                }
                for at, (name, sku, price, quantity) in enumerate(basket)
            ],
        }
        payment = {
            "id": site.new_id(),
            "createdDate": moment,
            "updatedDate": moment,
            "amount": _price(site, total),
            "status": "APPROVED",
            "regularPaymentDetails": {"offlinePayment": False},
        }
        refund = {
            "id": site.new_id(),
            "createdDate": f"{day}T18:00:00.000Z",
            "transactions": [
                {
                    "paymentId": payment["id"],
                    "amount": _price(site, Decimal("19.90")),
                    "refundStatus": "SUCCEEDED",
                }
            ],
        }
        sent = {
            "id": site.new_id(),
            "createdDate": f"{day}T17:00:00.000Z",
            "lineItems": [
                {"id": _LINE.format(at + 1), "quantity": line[3]} for at, line in enumerate(basket)
            ],
            "trackingInfo": {"trackingNumber": f"DEMO{number:06}", "shippingProvider": "dhl"},
        }
        site.ecom.add(
            order,
            payments=[payment],
            refunds=[refund] if refunded else [],
            fulfillments=[] if canceled else [sent],
        )


def _price(site: Site, amount: Decimal) -> Json:
    return {"amount": f"{amount:.2f}", "formattedAmount": f"{amount:.2f} {site.currency}"}
