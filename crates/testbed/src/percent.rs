//! Percent-encoding, undone: SDKs encode the `:` of an ARN in a path.

/// `%3A` becomes `:`; anything that is no valid escape stays as it is.
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
    fn an_arn_in_a_path_is_read_back() {
        assert_eq!(decode("arn%3Aaws%3alambda:x"), "arn:aws:lambda:x");
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
