{{ config(materialized="view") }}
{{ wix_rows('orders', ['order_id'], {
    'site_id': ['siteId', 'text'],
    'order_id': ['id', 'text'],
    'number': ['number', 'text'],
    'status': ['status', 'text'],
    'payment_status': ['paymentStatus', 'text'],
    'fulfillment_status': ['fulfillmentStatus', 'text'],
    'currency': ['currency', 'text'],
    'price_summary': ['priceSummary', 'json'],
    'buyer_info': ['buyerInfo', 'json'],
    'channel_info': ['channelInfo', 'json'],
    'created_at': ['createdDate', 'timestamp'],
    'purchased_at': ['purchasedDate', 'timestamp'],
    'updated_at': ['updatedDate', 'timestamp'],
}) }}
