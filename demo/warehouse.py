"""What somebody changes in the database, in SQL: a price and an e-mail."""

from __future__ import annotations

SIMPLE_PRODUCT = """
    SELECT id, name FROM products
    WHERE jsonb_array_length("variantsInfo" -> 'variants') = 1
      AND "variantsInfo" #>> '{variants,0,price,compareAtPrice,amount}' IS NULL
    ORDER BY name LIMIT 1"""
CHANGE_PRICE = """
    UPDATE products
    SET "variantsInfo" = jsonb_set(
        "variantsInfo", '{variants,0,price,actualPrice,amount}', to_jsonb(%s::text))
    WHERE id = %s"""
CHANGE_EMAIL = """
    UPDATE contacts
    SET info = jsonb_set(info, '{emails,items,0,email}', to_jsonb(%s::text))
    WHERE id = %s"""
