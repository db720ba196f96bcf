{{ config(materialized="view") }}
{{ wix_rows('order_refunds', ['order_id', 'refund_id'], {
    'site_id': ['siteId', 'text'],
    'order_id': ['orderId', 'text'],
    'refund_id': ['id', 'text'],
    'transactions': ['transactions', 'json'],
    'currency': ['currency', 'text'],
    'created_at': ['createdDate', 'timestamp'],
}) }}
