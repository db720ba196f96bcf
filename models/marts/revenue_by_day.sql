with movements as (
    select
        site_id,
        coalesce(currency, '') as currency,
        cast({{ wix_local('ordered_at') }} as date) as day,
        1 as orders,
        total as sold,
        cast(0 as {{ wix_type('decimal') }}) as refunded
    from {{ ref('orders') }}
    where status = 'APPROVED'
    union all
    select
        r.site_id,
        coalesce(o.currency, r.currency, '') as currency,
        cast({{ wix_local('r.refunded_at') }} as date) as day,
        0 as orders,
        cast(0 as {{ wix_type('decimal') }}) as sold,
        r.amount as refunded
    from {{ ref('refunds') }} as r
    inner join {{ ref('orders') }} as o on o.order_key = r.order_key
    where o.status = 'APPROVED'
)

select
    {{ wix_key(['site_id', 'currency', 'day']) }} as day_key,
    site_id,
    currency,
    day,
    cast(sum(orders) as {{ wix_type('integer') }}) as orders,
    cast(sum(coalesce(sold, 0)) as {{ wix_type('decimal') }}) as sold,
    cast(sum(refunded) as {{ wix_type('decimal') }}) as refunded,
    cast(sum(coalesce(sold, 0) - refunded) as {{ wix_type('decimal') }}) as revenue
from movements
group by site_id, currency, day
