{#-
  The rows of a stream, as they were loaded last, under names of ours.

  A loader keeps Wix's names, folds them to lower case, or has them in snake_case (the tap's setting
  column_names): columns are found by their letters and digits alone. A column that the table does
  not have is null, and a table that was not loaded has no rows. A loader that appends keeps older
  states of a row, of which the newest counts.

  stream: name of the stream, which is that of its table.
  keys: what makes up the key besides the site, names of ours.
  columns: by name of ours [Wix's name, type]; types are text, decimal, integer, boolean, timestamp
    and json.
-#}
{% macro wix_rows(stream, keys, columns) %}
    {%- set relation = load_relation(source('wix', stream)) -%}
    {%- set found = {} -%}
    {%- if relation is not none -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do found.update({column.name | replace('_', '') | lower: column}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set extracted = found.get('sdcextractedat') -%}
    select
        loaded.*,
        coalesce(loaded.extracted_at < swept.started_at, false) as is_gone
    from (
        select
            {% for name, column in columns.items() -%}
            {{ wix_value(found.get(column[0] | lower), column[1]) }} as {{ name }},
            {% endfor -%}
            {{ wix_value(extracted, 'timestamp') }} as extracted_at,
            row_number() over (
                partition by
                    {{ wix_value(found.get('siteid'), 'text') }}
                    {%- for key in keys %}, {{ wix_value(found.get(columns[key][0] | lower), 'text') }}{% endfor %}
                order by
                    {{ wix_value(extracted, 'timestamp') }} desc nulls last
                    {%- if 'updateddate' in found %}, {{ wix_value(found['updateddate'], 'timestamp') }} desc nulls last{% endif %}
            ) as age
        {% if relation is not none -%}
        from {{ relation }}
        {%- else -%}
        where false
        {%- endif %}
    ) as loaded
    left join {{ ref('stg_wix__sweeps') }} as swept
        on swept.site_id = loaded.site_id and swept.stream = '{{ stream }}'
    where loaded.age = 1
    {%- if var('wix_sites') %} and loaded.site_id in ({% for site in var('wix_sites') %}'{{ site }}'{{ ', ' if not loop.last }}{% endfor %}){% endif %}
{% endmacro %}

{#- A text that identifies a row: the site first, since ids are unique within a site only. -#}
{% macro wix_key(columns) -%}
    {%- for column in columns %}{{ " || ':' || " if not loop.first }}coalesce(cast({{ column }} as {{ wix_type('text') }}), ''){% endfor -%}
{%- endmacro %}

{#- A moment in the time zone of the shop; moments are loaded in UTC. -#}
{% macro wix_local(moment) -%}
    {%- if var('time_zone') == 'UTC' -%}{{ moment }}
    {%- else -%}(({{ moment }}) at time zone 'UTC' at time zone '{{ var('time_zone') }}'){%- endif -%}
{%- endmacro %}
