{#- The type of the database for a type of ours; money is exact in both. -#}
{% macro wix_type(type) -%}
    {{ return(adapter.dispatch('wix_type', 'wix')(type)) }}
{%- endmacro %}

{% macro default__wix_type(type) -%}
    {{ return({'text': 'text', 'decimal': 'numeric', 'integer': 'bigint', 'boolean': 'boolean',
               'timestamp': 'timestamp', 'json': 'jsonb'}[type]) }}
{%- endmacro %}

{% macro duckdb__wix_type(type) -%}
    {{ return({'text': 'varchar', 'decimal': 'decimal(38, 9)', 'integer': 'bigint', 'boolean': 'boolean',
               'timestamp': 'timestamp', 'json': 'json'}[type]) }}
{%- endmacro %}

{#- A column of a loaded table as a type of ours; null if the table does not have the column. -#}
{% macro wix_value(column, type) -%}
    {%- if column is none -%}cast(null as {{ wix_type(type) }})
    {%- elif type == 'json' -%}{{ wix_json(column) }}
    {%- else -%}cast({{ adapter.quote(column.name) }} as {{ wix_type(type) }}){%- endif -%}
{%- endmacro %}

{#-
  A column of JSON. Loaders make it a jsonb, a json, a list of jsonb, or a text; a JSON null says as
  little as none.
-#}
{% macro wix_json(column) -%}
    {{ return(adapter.dispatch('wix_json', 'wix')(column)) }}
{%- endmacro %}

{% macro default__wix_json(column) -%}
    {%- set quoted = adapter.quote(column.name) -%}
    {%- if column.data_type | upper == 'ARRAY' or column.data_type.endswith('[]') -%}to_jsonb({{ quoted }})
    {%- else -%}nullif(cast({{ quoted }} as jsonb), 'null'::jsonb){%- endif -%}
{%- endmacro %}

{% macro duckdb__wix_json(column) -%}
    {%- set quoted = adapter.quote(column.name) -%}
    nullif(cast({{ quoted }} as json), cast('null' as json))
{%- endmacro %}

{#- A value within JSON as text: json_text('price', 'actualPrice', 'amount'). -#}
{% macro json_text(column) -%}
    {{ return(adapter.dispatch('json_text', 'wix')(column, varargs)) }}
{%- endmacro %}

{% macro default__json_text(column, path) -%}
    ({{ column }} #>> '{ {{- path | join(',') -}} }')
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '$.{{ path | join('.') }}')
{%- endmacro %}

{#- A value within JSON as an exact number. -#}
{% macro json_decimal(column) -%}
    cast(nullif({{ adapter.dispatch('json_text', 'wix')(column, varargs) }}, '') as {{ wix_type('decimal') }})
{%- endmacro %}

{#- The elements of a JSON list, as a table in a join. -#}
{% macro json_elements(column) -%}
    {{ return(adapter.dispatch('json_elements', 'wix')(column)) }}
{%- endmacro %}

{% macro default__json_elements(column) -%}
    jsonb_array_elements(case when jsonb_typeof({{ column }}) = 'array' then {{ column }} end)
{%- endmacro %}

{% macro duckdb__json_elements(column) -%}
    unnest(from_json({{ column }}, '["json"]'))
{%- endmacro %}

{#- A text out of each element of a JSON list, in their order, with something between them. -#}
{% macro json_joined(column, separator) -%}
    {{ return(adapter.dispatch('json_joined', 'wix')(column, separator, varargs)) }}
{%- endmacro %}

{% macro default__json_joined(column, separator, path) -%}
    (select string_agg(element #>> '{ {{- path | join(',') -}} }', '{{ separator }}' order by place)
     from jsonb_array_elements(case when jsonb_typeof({{ column }}) = 'array' then {{ column }} end)
        with ordinality as elements (element, place))
{%- endmacro %}

{% macro duckdb__json_joined(column, separator, path) -%}
    nullif(array_to_string(json_extract_string({{ column }}, '$[*].{{ path | join('.') }}'), '{{ separator }}'), '')
{%- endmacro %}
