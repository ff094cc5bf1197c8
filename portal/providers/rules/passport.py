"""Words and checks of a provider's passport. Pure."""

import re

KINDS = {
    "childrens_home": "Children’s home",
    "independent_fostering_agency": "Independent fostering agency",
    "supported_accommodation": "Supported accommodation",
    "personal_care": "Personal care at home",
    "care_home": "Care home",
    "other": "Other service",
}
REGULATORS = {"ofsted": "Ofsted", "cqc": "Care Quality Commission", "none": "None: no registration is required"}
CONTACTS = {"referral": "Referral mailbox", "vacancy": "Vacancy contact"}
INSURANCES = {
    "public_liability": "Public liability",
    "employers_liability": "Employers’ liability",
    "professional_indemnity": "Professional indemnity",
    "motor": "Motor, business use",
}
_NUMBERS = {
    "ofsted": (re.compile(r"(SC[0-9]{6}|[0-9]{5,8})", re.ASCII), "Enter the Ofsted URN: digits, or SC and six digits."),
    "cqc": (re.compile(r"1-[0-9]{6,12}", re.ASCII), "Enter the CQC location ID, like 1-123456789."),
}
_EMAIL = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_TELEPHONE = re.compile(r"\+?[0-9][0-9 ]{8,18}[0-9]", re.ASCII)
# Where people have their own mailboxes. A work address outlives whoever answers it, and is nobody's personal data.
_PRIVATE = frozenset(
    (
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.co.uk",
        "outlook.com",
        "live.com",
        "live.co.uk",
        "yahoo.com",
        "yahoo.co.uk",
        "icloud.com",
        "me.com",
        "aol.com",
        "btinternet.com",
        "sky.com",
        "talktalk.net",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "virginmedia.com",
        "ntlworld.com",
    )
)


def number_problem(regulator: str, number: str) -> str | None:
    """What is wrong with a regulator's number; None when nothing is."""
    if regulator == "none":
        return "Leave the number empty where no registration is required." if number else None
    pattern, sentence = _NUMBERS[regulator]
    return None if pattern.fullmatch(number) else sentence


def email_problem(email: str) -> str | None:
    """What is wrong with a work address; None when nothing is."""
    if not _EMAIL.fullmatch(email):
        return "Enter an email address, like referrals@example.org."
    if email.rpartition("@")[2].lower() in _PRIVATE:
        return "Enter a work address of the organisation, not a personal mailbox."
    return None


def telephone_problem(telephone: str) -> str | None:
    """What is wrong with a telephone number; None when nothing is."""
    return None if _TELEPHONE.fullmatch(telephone) else "Enter a telephone number with 10 to 20 digits."
