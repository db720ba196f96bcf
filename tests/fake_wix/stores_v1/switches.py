"""How the V1 half behaves where the reference leaves it open or tells of both ways.

A test that depends on one of them sets it; a client is right only if it is right under each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass
class Switches:
    """The open questions of wix-api stores-v1 8, one attribute each; the default is the stricter way."""

    # 1.5: an object instead of a string in `filter` or `sort`.
    object_filter: Literal["refused", "ignored"] = "refused"
    # 8: which sort form is canonical.
    sort_form: Literal["any", "field", "fieldName"] = "any"
    # 5.1: how inventory dates are compared; products always take the plain string.
    inventory_date_operand: Literal["text", "list"] = "text"
    # 2.1 and trap 4: hidden products or merchant data without the manage scope.
    missing_scope: Literal["refused", "ignored"] = "refused"
    # 1.3: whether the prefix stores-reader exists on this site.
    reader_prefix: bool = True
    # stores-v3 2: stores-reader/v1/products/query on a V3 site answers 200, without variants.
    reader_answers_on_v3: bool = True
    # 2.3 and 2.9: whether a create keeps the read-only `optionType` that it is sent.
    option_type_kept: bool = True
    # 2.6: only the first of several URLs in one call is kept.
    first_media_only: bool = True
    # 2.6: seconds until pictures are there; None: when `CatalogV1.fetch_media()` says so.
    media_lag: float | None = 0.0
    # 8: media, membership and stock changes do not reliably bump `lastUpdated`; variants probably do.
    media_bumps: bool = False
    membership_bumps: bool = False
    stock_bumps: bool = False
    variants_bump: bool = True
    # 4.4 and trap 18: `numberOfProducts` and `description` nobody asked for.
    unasked: Literal["absent", "empty"] = "absent"
