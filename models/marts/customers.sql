with bought as (
    select
        site_id,
        contact_id,
        count(*) as orders,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        -- Sums of two currencies would be neither.
        case when count(distinct currency) = 1 then min(currency) end as currency,
        case when count(distinct currency) = 1 then sum(total) end as spent,
        case when count(distinct currency) = 1 then sum(refunded) end as refunded
    from {{ ref('orders') }}
    where status = 'APPROVED' and contact_id is not null
    group by 1, 2
)

select
    {{ wix_key(['c.site_id', 'c.contact_id']) }} as customer_key,
    c.site_id,
    c.contact_id,
    {{ json_text('c.info', 'name', 'first') }} as first_name,
    {{ json_text('c.info', 'name', 'last') }} as last_name,
    {{ json_text('c.info', 'company') }} as company,
    {{ json_text('c.primary_info', 'email') }} as email,
    {{ json_text('c.primary_info', 'phone') }} as phone,
    c.created_at,
    cast(coalesce(bought.orders, 0) as {{ wix_type('integer') }}) as orders,
    bought.first_ordered_at,
    bought.last_ordered_at,
    bought.currency,
    cast(bought.spent as {{ wix_type('decimal') }}) as spent,
    cast(bought.refunded as {{ wix_type('decimal') }}) as refunded,
    c.is_gone
from {{ ref('stg_wix__contacts') }} as c
left join bought on bought.site_id = c.site_id and bought.contact_id = c.contact_id
