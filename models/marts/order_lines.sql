with lines as (
    select
        l.*,
        {{ json_text('l.catalog_reference', 'catalogItemId') }} as product_id,
        {{ json_text('l.catalog_reference', 'options', 'variantId') }} as variant_id
    from {{ ref('stg_wix__order_line_items') }} as l
),

-- A line of a product without variants names none; then the product's only one is meant.
only_skus as (
    select site_id, product_id, min(sku_key) as sku_key
    from {{ ref('skus') }}
    group by 1, 2
    having count(*) = 1
)

select
    {{ wix_key(['l.site_id', 'l.order_id', 'l.line_id']) }} as line_key,
    o.order_key,
    coalesce(s.sku_key, only_skus.sku_key) as sku_key,
    l.site_id,
    l.order_id,
    l.line_id,
    o.number as order_number,
    o.ordered_at,
    o.status as order_status,
    o.contact_id,
    l.product_id,
    l.variant_id,
    {{ json_text('l.product_name', 'original') }} as product_name,
    {{ json_text('l.physical_properties', 'sku') }} as sku,
    {{ json_text('l.item_type', 'preset') }} as item_type,
    l.quantity,
    coalesce(l.currency, o.currency) as currency,
    {{ json_decimal('l.price', 'amount') }} as price,
    {{ json_decimal('l.total_discount', 'amount') }} as discount,
    {{ json_decimal('l.total_price_before_tax', 'amount') }} as total_before_tax,
    {{ json_decimal('l.total_price_after_tax', 'amount') }} as total,
    l.is_gone
from lines as l
inner join {{ ref('orders') }} as o
    on o.site_id = l.site_id and o.order_id = l.order_id
left join {{ ref('skus') }} as s
    on s.site_id = l.site_id and s.product_id = l.product_id and s.variant_id = l.variant_id
left join only_skus
    on only_skus.site_id = l.site_id and only_skus.product_id = l.product_id
-- A line that was taken off the order is older than it.
where l.order_updated_at >= o.updated_at or o.updated_at is null
