-- What failed, or did not happen yet, brought nobody any money back.
select
    {{ wix_key(['r.site_id', 'r.order_id', 'r.refund_id']) }} as refund_key,
    {{ wix_key(['r.site_id', 'r.order_id']) }} as order_key,
    r.site_id,
    r.order_id,
    r.refund_id,
    r.currency,
    r.created_at as refunded_at,
    cast(sum({{ json_decimal('t.transaction', 'amount', 'amount') }}) as {{ wix_type('decimal') }}) as amount
from {{ ref('stg_wix__order_refunds') }} as r
cross join {{ json_elements('r.transactions') }} as t (transaction)
where coalesce({{ json_text('t.transaction', 'refundStatus') }}, 'SUCCEEDED') = 'SUCCEEDED'
group by 1, 2, 3, 4, 5, 6, 7
