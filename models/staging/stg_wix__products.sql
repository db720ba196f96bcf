{{ config(materialized="view") }}
{{ wix_rows('products', ['product_id'], {
    'site_id': ['siteId', 'text'],
    'product_id': ['id', 'text'],
    'name': ['name', 'text'],
    'slug': ['slug', 'text'],
    'is_visible': ['visible', 'boolean'],
    'product_type': ['productType', 'text'],
    'brand': ['brand', 'json'],
    'currency': ['currency', 'text'],
    'catalog_version': ['catalogVersion', 'text'],
    'created_at': ['createdDate', 'timestamp'],
    'updated_at': ['updatedDate', 'timestamp'],
}) }}
