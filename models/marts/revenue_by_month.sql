select
    {{ wix_key(['site_id', 'currency', "cast(date_trunc('month', day) as date)"]) }} as month_key,
    site_id,
    currency,
    cast(date_trunc('month', day) as date) as month,
    cast(sum(orders) as {{ wix_type('integer') }}) as orders,
    cast(sum(sold) as {{ wix_type('decimal') }}) as sold,
    cast(sum(refunded) as {{ wix_type('decimal') }}) as refunded,
    cast(sum(revenue) as {{ wix_type('decimal') }}) as revenue
from {{ ref('revenue_by_day') }}
group by site_id, currency, cast(date_trunc('month', day) as date)
