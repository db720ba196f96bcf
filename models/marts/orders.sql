with refunded as (
    select order_key, sum(amount) as amount from {{ ref('refunds') }} group by 1
)

select
    {{ wix_key(['o.site_id', 'o.order_id']) }} as order_key,
    o.site_id,
    o.order_id,
    o.number,
    o.status,
    o.payment_status,
    o.fulfillment_status,
    {{ json_text('o.channel_info', 'type') }} as channel,
    {{ json_text('o.buyer_info', 'contactId') }} as contact_id,
    coalesce(o.purchased_at, o.created_at) as ordered_at,
    o.currency,
    {{ json_decimal('o.price_summary', 'subtotal', 'amount') }} as subtotal,
    {{ json_decimal('o.price_summary', 'shipping', 'amount') }} as shipping,
    {{ json_decimal('o.price_summary', 'tax', 'amount') }} as tax,
    {{ json_decimal('o.price_summary', 'discount', 'amount') }} as discount,
    {{ json_decimal('o.price_summary', 'total', 'amount') }} as total,
    cast(coalesce(refunded.amount, 0) as {{ wix_type('decimal') }}) as refunded,
    o.updated_at,
    o.is_gone
from {{ ref('stg_wix__orders') }} as o
left join refunded on refunded.order_key = {{ wix_key(['o.site_id', 'o.order_id']) }}
