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
        behaviour("different_tenants_conflict_in_from_and_must_match"),
    ),
    Control(
        "forged tenant id",
        "a must_match selector must be present",
        RULES,
        "must_match.iter().find(absent)",
        "None",
        behaviour("absent_must_match_is_missing"),
    ),
    Control(
        "forged tenant id",
        "a malformed body is not skipped for the next selector",
        RULES,
        "self.check_faults(scan.undecodable, Reason::Undecodable, scan)?;",
        "",
        behaviour("broken_body_rejects_despite_another_selector"),
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
        unit("strict_grammar_agrees_with_its_expression"),
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
        behaviour("ids_that_differ_in_case_or_space_conflict"),
    ),
    Control(
        "case and white space",
        "ids that HTTP would trim are rejected",
        GRAMMAR,
        "&& id.first() != Some(&b' ')",
        "",
        unit("id_with_space_at_either_end_is_refused"),
    ),
    Control(
        "two readers, two tenants",
        "a duplicate key is rejected",
        SCAN,
        "if seen & bit != 0 {",
        "if false {",
        behaviour("repeated_key_on_the_path_is_rejected_even_if_equal"),
    ),
    Control(
        "two readers, two tenants",
        "JSON in JSON is decoded once for each step",
        SCAN,
        "Position::Root => false,",
        "Position::Root => scan_json(text, self.trie, self.node, self.scan).is_ok(),",
        behaviour("json_encoded_twice_is_undecodable"),
    ),
    Control(
        "two readers, two tenants",
        "an id must be a string",
        RULES,
        "self.check_faults(scan.not_a_string, Reason::NotAString, scan)?;",
        "",
        behaviour("present_value_that_is_no_string_is_rejected"),
    ),
    Control(
        "header injection",
        "no id contains characters that end a header",
        GRAMMAR,
        "Self::Custom(pattern) => is_lambda(text.as_bytes()) && pattern",
        "Self::Custom(pattern) => pattern",
        rust("sqs-router", "http", "tenant_id_cannot_end_a_header"),
    ),
]
