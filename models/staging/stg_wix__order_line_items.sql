{{ config(materialized="view") }}
{{ wix_rows('order_line_items', ['order_id', 'line_id'], {
    'site_id': ['siteId', 'text'],
    'order_id': ['orderId', 'text'],
    'line_id': ['id', 'text'],
    'product_name': ['productName', 'json'],
    'catalog_reference': ['catalogReference', 'json'],
    'physical_properties': ['physicalProperties', 'json'],
    'item_type': ['itemType', 'json'],
    'quantity': ['quantity', 'integer'],
    'price': ['price', 'json'],
    'total_discount': ['totalDiscount', 'json'],
    'total_price_after_tax': ['totalPriceAfterTax', 'json'],
    'total_price_before_tax': ['totalPriceBeforeTax', 'json'],
    'currency': ['currency', 'text'],
    'order_updated_at': ['orderUpdatedDate', 'timestamp'],
}) }}
