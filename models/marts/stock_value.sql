with counted as (
    select
        i.site_id,
        i.location_id,
        s.currency,
        s.price,
        s.cost,
        -- What was sold and is not there has no value.
        greatest(i.quantity, 0) as units,
        greatest(-i.quantity, 0) as oversold
    from {{ ref('stg_wix__inventory_items') }} as i
    inner join {{ ref('skus') }} as s
        on s.site_id = i.site_id and s.product_id = i.product_id and s.variant_id = i.variant_id
    where i.is_tracked and i.quantity is not null and not i.is_gone and not s.is_gone
)

select
    {{ wix_key(['counted.site_id', 'counted.location_id', 'counted.currency']) }} as stock_key,
    counted.site_id,
    counted.location_id,
    min(l.name) as location,
    counted.currency,
    cast(sum(counted.units) as {{ wix_type('integer') }}) as units,
    cast(sum(counted.oversold) as {{ wix_type('integer') }}) as oversold,
    cast(sum(case when counted.cost is null then counted.units else 0 end) as {{ wix_type('integer') }}) as units_without_cost,
    cast(sum(counted.units * counted.cost) as {{ wix_type('decimal') }}) as value_at_cost,
    cast(sum(counted.units * counted.price) as {{ wix_type('decimal') }}) as value_at_price
from counted
left join {{ ref('stg_wix__locations') }} as l
    on l.site_id = counted.site_id and l.location_id = counted.location_id
group by counted.site_id, counted.location_id, counted.currency
