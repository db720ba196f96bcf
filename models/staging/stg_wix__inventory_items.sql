{{ config(materialized="view") }}
{{ wix_rows('inventory_items', ['product_id', 'variant_id', 'location_id'], {
    'site_id': ['siteId', 'text'],
    'product_id': ['productId', 'text'],
    'variant_id': ['variantId', 'text'],
    'location_id': ['locationId', 'text'],
    'is_tracked': ['trackQuantity', 'boolean'],
    'quantity': ['quantity', 'integer'],
    'is_in_stock': ['inStock', 'boolean'],
    'updated_at': ['updatedDate', 'timestamp'],
}) }}
