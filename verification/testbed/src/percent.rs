//! Decodes percent-encoding. SDKs encode the `:` of an ARN in a path.

/// Decodes each valid escape, such as `%3A`. Other text is unchanged.
pub(crate) fn decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let (byte, after) = escape(rest).unwrap_or((byte, after));
        decoded.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let digits = std::str::from_utf8(text.strip_prefix(b"%")?.get(..2)?).ok()?;
    Some((u8::from_str_radix(digits, 16).ok()?, text.get(3..)?))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn arn_in_a_path_is_decoded() {
        assert_eq!(decode("arn%3Aaws%3alambda:x"), "arn:aws:lambda:x");
    }

    #[test]
    fn text_without_escape_is_unchanged() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
