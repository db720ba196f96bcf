{{ config(materialized="view") }}
{{ wix_rows('product_variants', ['product_id', 'variant_id'], {
    'site_id': ['siteId', 'text'],
    'product_id': ['productId', 'text'],
    'variant_id': ['id', 'text'],
    'sku': ['sku', 'text'],
    'barcode': ['barcode', 'text'],
    'is_visible': ['visible', 'boolean'],
    'choices': ['choices', 'json'],
    'price': ['price', 'json'],
    'revenue_details': ['revenueDetails', 'json'],
    'inventory_status': ['inventoryStatus', 'json'],
    'currency': ['currency', 'text'],
    'updated_at': ['updatedDate', 'timestamp'],
}) }}
