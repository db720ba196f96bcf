{{ config(materialized="view") }}
{{ wix_rows('contacts', ['contact_id'], {
    'site_id': ['siteId', 'text'],
    'contact_id': ['id', 'text'],
    'info': ['info', 'json'],
    'primary_info': ['primaryInfo', 'json'],
    'created_at': ['createdDate', 'timestamp'],
    'updated_at': ['updatedDate', 'timestamp'],
}) }}
