"""Country codes and telephone prefixes, as far as a contact needs them."""

from __future__ import annotations

import re

COUNTRIES = frozenset(
    re.findall(
        r"[A-Z]{2}",
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY "
        "BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK "
        "FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR "
        "IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK "
        "ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM "
        "PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF "
        "TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW",
    )
)
CALLING_CODES = {
    "AT": "43", "AU": "61", "BE": "32", "BR": "55", "CA": "1", "CH": "41", "CZ": "420", "DE": "49", "DK": "45",
    "ES": "34", "FI": "358", "FR": "33", "GB": "44", "GR": "30", "IE": "353", "IL": "972", "IN": "91", "IS": "354",
    "IT": "39", "JP": "81", "MX": "52", "NL": "31", "NO": "47", "NZ": "64", "PL": "48", "PT": "351", "SE": "46",
    "US": "1", "ZA": "27",
}  # fmt: skip
KEEPS_LEADING_ZERO = {"IT"}
SHORTEST, LONGEST = 8, 15


def e164(phone: str, country: str | None) -> str | None:
    """The number in E.164 form if phone and country make a valid one, else None (wix-api contacts 1)."""
    prefix = CALLING_CODES.get(country or "")
    if prefix is None or re.search(r"[^\d\s()+./-]", phone):
        return None
    phone = re.sub(r"^\s*00(?=[1-9])", "+", phone)
    phone = re.sub(r"(?<=\d)\s*\(0\)", "", phone)
    digits = re.sub(r"\D", "", phone)
    if phone.strip().startswith("+"):
        if not digits.startswith(prefix):
            return None
    else:
        national = digits if country in KEEPS_LEADING_ZERO else digits.removeprefix("0")
        digits = prefix + national
    return f"+{digits}" if SHORTEST <= len(digits) <= LONGEST else None
