"""Controls over the tenant id of a record."""

from scripts.security.control import Control
from scripts.security.proofs import Proof, rust

RULES, GRAMMAR, SCAN = (f"crates/tenancy/src/{name}.rs" for name in ("rules", "grammar", "scan"))


def unit(name: str) -> Proof:
    return rust("tenancy", "--lib", name)


def behaviour(name: str) -> Proof:
    return rust("tenancy", "behaviour", name)


CONTROLS = [
    Control(
        "forged tenant id",
        "all selectors must name the same tenant",
        RULES,
        "Some((_, other)) if other != id =>",
        "Some((_, other)) if false && other != id =>",
        behaviour("places_that_name_different_tenants_are_a_conflict_wherever_they_are_listed"),
    ),
    Control(
        "forged tenant id",
        "a must_match selector must be present",
        RULES,
        "must_match.iter().find(absent)",
        "None",
        behaviour("an_absent_must_match_is_missing_even_if_the_tenant_id_is_there"),
    ),
    Control(
        "forged tenant id",
        "a malformed body is not skipped for the next selector",
        RULES,
        "self.check_faults(scan.undecodable, Reason::Undecodable, scan)?;",
        "",
        behaviour("a_body_that_is_not_json_rejects_the_record_even_if_another_selector_is_present"),
    ),
    Control(
        "forged tenant id",
        "a custom pattern matches whole ids",
        GRAMMAR,
        'compile(&format!("^(?:{pattern})$"))?',
        "compile(pattern)?",
        unit("custom_pattern_matches_whole_ids_only"),
    ),
    Control(
        "ids that look alike",
        "the strict grammar takes ASCII only",
        GRAMMAR,
        "matches!(byte, b'.' | b'_' | b':' | b'-')",
        "matches!(byte, b'.' | b'_' | b':' | b'-' | 0x80..)",
        unit("strict_accepts_what_its_expression_says"),
    ),
    Control(
        "ids that look alike",
        "no grammar accepts more than Lambda does",
        GRAMMAR,
        "Self::Custom(pattern) => is_lambda(text.as_bytes()) && pattern",
        "Self::Custom(pattern) => pattern",
        unit("custom_pattern_never_widens_the_lambda_grammar"),
    ),
    Control(
        "case and white space",
        "ids are compared byte by byte",
        RULES,
        "Some((_, other)) if other != id =>",
        "Some((_, other)) if !other.trim().eq_ignore_ascii_case(id.trim()) =>",
        behaviour("ids_that_differ_in_case_or_space_are_a_conflict"),
    ),
    Control(
        "case and white space",
        "ids that HTTP would trim are rejected",
        GRAMMAR,
        "&& id.first() != Some(&b' ')",
        "",
        unit("an_id_that_http_would_trim_into_another_is_refused"),
    ),
    Control(
        "two readers, two tenants",
        "a duplicate key is rejected",
        SCAN,
        "if seen & bit != 0 {",
        "if false {",
        behaviour("a_key_that_occurs_twice_on_the_way_is_refused_even_if_both_agree"),
    ),
    Control(
        "two readers, two tenants",
        "JSON in JSON is decoded once for each step",
        SCAN,
        "Position::Root => false,",
        "Position::Root => scan_json(text, self.trie, self.node, self.scan).is_ok(),",
        behaviour("a_text_that_was_encoded_twice_is_undecodable_rather_than_opened_twice"),
    ),
    Control(
        "two readers, two tenants",
        "an id must be a string",
        RULES,
        "self.check_faults(scan.not_a_string, Reason::NotAString, scan)?;",
        "",
        behaviour("what_is_present_and_is_not_a_string_is_refused_and_never_converted_or_skipped"),
    ),
    Control(
        "header injection",
        "no id contains characters that end a header",
        GRAMMAR,
        "Self::Custom(pattern) => is_lambda(text.as_bytes()) && pattern",
        "Self::Custom(pattern) => pattern",
        rust("sqs-router", "http", "no_tenant_id_ends_a_header_whatever_the_grammar"),
    ),
]
