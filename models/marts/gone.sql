{%- set streams = {
    'products': ['id'],
    'product_variants': ['productId', 'id'],
    'collections': ['id'],
    'collection_products': ['collectionId', 'productId'],
    'inventory_items': ['productId', 'variantId', 'locationId'],
    'orders': ['id'],
    'contacts': ['id'],
    'members': ['id'],
} -%}
{%- for stream, keys in streams.items() %}
{%- set columns = {'site_id': ['siteId', 'text']} -%}
{%- for key in keys -%}{%- do columns.update({'key_' ~ loop.index: [key, 'text']}) -%}{%- endfor -%}
{%- set names = columns.keys() | reject('equalto', 'site_id') | list %}
select
    {{ wix_key(["'" ~ stream ~ "'", 'site_id'] + names) }} as gone_key,
    '{{ stream }}' as stream,
    site_id,
    {{ wix_key(names) }} as id,
    extracted_at as last_seen_at
from ({{ wix_rows(stream, names, columns) }}) as rows_of_{{ stream }}
where is_gone
{{ 'union all' if not loop.last }}
{%- endfor %}
