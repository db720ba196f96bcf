{{ config(materialized="view") }}
{{ wix_rows('locations', ['location_id'], {
    'site_id': ['siteId', 'text'],
    'location_id': ['id', 'text'],
    'name': ['name', 'text'],
}) }}
