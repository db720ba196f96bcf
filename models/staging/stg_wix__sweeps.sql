{{ config(materialized="view") }}
{#- Which streams of which sites were read whole, and when that began. -#}
{%- set relation = load_relation(source('wix', 'sweeps')) -%}
{%- set found = {} -%}
{%- if relation is not none -%}
    {%- for column in adapter.get_columns_in_relation(relation) -%}
        {%- do found.update({column.name | replace('_', '') | lower: column}) -%}
    {%- endfor -%}
{%- endif -%}
select
    {{ wix_value(found.get('siteid'), 'text') }} as site_id,
    {{ wix_value(found.get('stream'), 'text') }} as stream,
    max({{ wix_value(found.get('startedat'), 'timestamp') }}) as started_at
{% if relation is not none -%}
from {{ relation }}
{%- else -%}
where false
{%- endif %}
group by 1, 2
