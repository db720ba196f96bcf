with stock as (
    select
        site_id,
        product_id,
        variant_id,
        sum(case when is_tracked then quantity end) as quantity,
        count(case when is_tracked then 1 end) > 0 as is_tracked,
        count(case when is_in_stock then 1 end) > 0 as is_in_stock
    from {{ ref('stg_wix__inventory_items') }}
    where not is_gone
    group by 1, 2, 3
)

select
    {{ wix_key(['v.site_id', 'v.product_id', 'v.variant_id']) }} as sku_key,
    v.site_id,
    v.product_id,
    v.variant_id,
    p.name as product_name,
    {{ json_joined('v.choices', ' / ', 'optionChoiceNames', 'choiceName') }} as variant_name,
    p.slug,
    v.sku,
    v.barcode,
    {{ json_decimal('v.price', 'actualPrice', 'amount') }} as price,
    {{ json_decimal('v.price', 'compareAtPrice', 'amount') }} as compare_at_price,
    {{ json_decimal('v.revenue_details', 'cost', 'amount') }} as cost,
    coalesce(v.currency, p.currency) as currency,
    coalesce(p.is_visible, false) and coalesce(v.is_visible, true) as is_visible,
    coalesce(stock.is_tracked, false) as is_tracked,
    cast(stock.quantity as {{ wix_type('integer') }}) as quantity,
    coalesce(stock.is_in_stock, cast({{ json_text('v.inventory_status', 'inStock') }} as boolean)) as is_in_stock,
    {{ json_text('p.brand', 'name') }} as brand,
    p.product_type,
    p.catalog_version,
    p.updated_at,
    p.is_gone or v.is_gone as is_gone
from {{ ref('stg_wix__product_variants') }} as v
inner join {{ ref('stg_wix__products') }} as p
    on p.site_id = v.site_id and p.product_id = v.product_id
left join stock
    on stock.site_id = v.site_id and stock.product_id = v.product_id and stock.variant_id = v.variant_id
-- A variant that the product had once, and not any more when it was read last, is older than it.
where v.updated_at >= p.updated_at or p.updated_at is null
