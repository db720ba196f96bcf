"""Brands, ribbons, info sections and customizations as entities of their own (stores-v3 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fake_wix.http.refusals import application_error
from tests.fake_wix.query import QuerySpec, declare
from tests.fake_wix.shape import Problems, Rule
from tests.fake_wix.stores_v3 import shapes
from tests.fake_wix.stores_v3.asking import OPERATORS, RANGES, TEXTS
from tests.fake_wix.stores_v3.derived import store_product
from tests.fake_wix.stores_v3.named import by_name, make, section_fields
from tests.fake_wix.stores_v3.revisions import bumped, check_revision
from tests.fake_wix.stores_v3.view import checked_fields, plain_of, rich_of

if TYPE_CHECKING:
    from tests.fake_wix.store import Store
    from tests.fake_wix.stores_v3.state import CatalogV3, Json

WRITE = "STORES.PRODUCT_WRITE"
# Of a customization: fixed at creation, and its choices have calls of their own.
FIXED = ("customizationType", "customizationRenderType", "choicesSettings")


@dataclass(frozen=True)
class Kind:
    """One of the four; `key` is the field by which get-or-create finds it."""

    path: str
    one: str
    many: str
    store: str
    key: str
    shape: Rule
    required: tuple[str, ...]
    counter: str
    spec: QuerySpec

    def of(self, v3: CatalogV3) -> Store:
        """Where the entities are."""
        return getattr(v3, self.store)  # type: ignore[no-any-return]


def _spec(path: str, sortable: tuple[str, ...], filtered: tuple[str, ...], limit: int) -> QuerySpec:
    dates = {
        name: declare(RANGES, sort=True, kind="date") for name in ("createdDate", "updatedDate")
    }
    named = {name: declare(TEXTS, sort=True) for name in sortable}
    rest = {name: declare(OPERATORS) for name in filtered}
    return QuerySpec({**dates, **named, **rest}, api=f"v3.{path}", max_limit=limit)


BRANDS = Kind(
    *("brands", "brand", "brands", "brands", "name"),
    shape=shapes.BRAND,
    required=("name",),
    counter="assignedProductsCount",
    spec=_spec("brands", ("name",), ("id",), 300),
)
RIBBONS = Kind(
    *("ribbons", "ribbon", "ribbons", "ribbons", "name"),
    shape=shapes.RIBBON,
    required=("name",),
    counter="assignedProductCount",
    spec=_spec("ribbons", ("name",), ("id",), 100),
)
INFO_SECTIONS = Kind(
    *("info-sections", "infoSection", "infoSections", "info_sections", "uniqueName"),
    shape=shapes.INFO_SECTION,
    required=("uniqueName", "title"),
    counter="assignedProductsCount",
    spec=_spec("info-sections", ("title", "uniqueName"), ("id",), 100),
)
CUSTOMIZATIONS = Kind(
    *("customizations", "customization", "customizations", "customizations", "name"),
    shape=shapes.CUSTOMIZATION,
    required=("name", "customizationType", "customizationRenderType"),
    counter="assignedProductsCount",
    spec=_spec(
        "customizations", ("id", "name"), ("customizationType", "customizationRenderType"), 100
    ),
)


def view(v3: CatalogV3, kind: Kind, entity: Json, fields: frozenset[str] = frozenset()) -> Json:
    """An entity as it is answered; how many products have it only on demand."""
    result = dict(entity)
    if kind is INFO_SECTIONS:
        result |= {"description": rich_of(entity), "plainDescription": plain_of(entity)}
    if fields:
        result[kind.counter] = sum(1 for row in v3.products.all() if _has(row, kind, entity["id"]))
    return result


def _has(product: Json, kind: Kind, key: str) -> bool:
    if kind is INFO_SECTIONS or kind is CUSTOMIZATIONS:
        names = ("infoSections",) if kind is INFO_SECTIONS else ("options", "modifiers")
        return any(row["id"] == key for name in names for row in product.get(name, []))
    return bool((product.get(kind.one) or {}).get("id") == key)


def asked_fields(kind: Kind, value: Any) -> frozenset[str]:
    name = "ASSIGNED_PRODUCT_COUNT" if kind is RIBBONS else "ASSIGNED_PRODUCTS_COUNT"
    return checked_fields(value, {name})


def require(kind: Kind, body: Json, path: str) -> None:
    """What a new one has to have."""
    problems = Problems()
    for name in kind.required:
        if body.get(name) is None:
            problems.add(f"{path}.{name}", "must not be empty", "REQUIRED_FIELD")
    problems.refuse_if_any()
    refuse_blanks(kind, body, path)


def refuse_blanks(kind: Kind, body: Json, path: str) -> None:
    """Spaces are no text to these APIs: a 400 of the whole request (stores-v3 7)."""
    problems = Problems()
    for name in {*kind.required, "title"} & body.keys():
        if body[name] is not None and not body[name].strip():
            problems.add(f"{path}.{name}", "only spaces", "CUSTOM", "ONLY_SPACES_STRING_ERROR")
    problems.refuse_if_any()


def create(v3: CatalogV3, kind: Kind, body: Json) -> Json:
    """A new one; a key that is taken is a 409."""
    if kind is not CUSTOMIZATIONS and by_name(kind.of(v3), body[kind.key], kind.key):
        code = f"DUPLICATE_{kind.one.upper()}_{kind.key.upper()}"
        raise application_error(409, code, f"{kind.key} is taken")
    fields = section_fields(v3, body) if kind is INFO_SECTIONS else body
    if kind is CUSTOMIZATIONS and body.get("choicesSettings"):
        choices = [
            {**row, "id": v3.site.new_id(), "key": row.get("name")}
            for row in body["choicesSettings"].get("choices") or []
        ]
        fields = {**body, "choicesSettings": {"choices": choices}}
    return make(v3, kind.of(v3), {k: v for k, v in fields.items() if k not in {"id", "revision"}})


def update(v3: CatalogV3, kind: Kind, body: Json) -> Json:
    """One changed."""
    store = kind.of(v3)
    current = store.get(body.get("id") or "")
    if current is None:
        raise application_error(404, "NOT_FOUND", f"{kind.one} not found")
    check_revision(current, body)
    kept = {"id", "revision", *FIXED} if kind is CUSTOMIZATIONS else {"id", "revision"}
    fields = {name: value for name, value in body.items() if name not in kept}
    if kind is INFO_SECTIONS and {"description", "plainDescription"} & set(fields):
        fields = {**fields, "description": section_fields(v3, fields)["description"]}
        fields.pop("plainDescription", None)
        current = {name: value for name, value in current.items() if name != "plainDescription"}
    changed = bumped({**current, **fields}, v3.site.now())
    store.put({name: value for name, value in changed.items() if value is not None})
    return changed


def delete(v3: CatalogV3, kind: Kind, key: str) -> None:
    """One deleted: ribbons and sections leave their products, a brand's id stays behind (7)."""
    if key not in kind.of(v3):
        raise application_error(404, "NOT_FOUND", f"{kind.one} not found")
    using = [row for row in v3.products.all() if _has(row, kind, key)]
    if kind is CUSTOMIZATIONS and using:
        raise application_error(428, "NOT_ALLOWED_DELETE_CUSTOMIZATION_ASSIGNED_TO_PRODUCT")
    kind.of(v3).remove(key)
    if kind is BRANDS:
        return
    for row in using:
        product = v3.products.edit(row["id"])
        if kind is RIBBONS:
            product.pop("ribbon")
        else:
            kept = [section for section in product["infoSections"] if section["id"] != key]
            product["infoSections"] = kept
        store_product(v3, product)


def get_or_create(v3: CatalogV3, kind: Kind, body: Json) -> Json:
    """The one with this key (or id), made if there is none."""
    found = kind.of(v3).get(body.get("id") or "")
    found = found or by_name(kind.of(v3), body.get(kind.key, ""), kind.key)
    if found is not None:
        return found
    require(kind, body, kind.one)
    return create(v3, kind, body)
