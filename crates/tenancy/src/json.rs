//! A JSON text, read once and in place: what is not asked for is checked and passed over, in constant stack however
//! deep it nests. As strict as `serde_json`, which has to guess what it will be asked, and takes longer.

use std::borrow::Cow;

/// The text is not JSON [RFC 8259].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

/// A text, read up to some place.
pub(crate) struct Json<'t> {
    text: &'t str,
    at: usize,
    /// What closes the values that are open while a value is passed over.
    open: Vec<u8>,
}

impl<'t> Json<'t> {
    pub(crate) const fn of(text: &'t str) -> Self {
        Self { text, at: 0, open: Vec::new() }
    }

    /// The first byte of what comes next, white space left out.
    pub(crate) fn peek(&mut self) -> Result<u8, Malformed> {
        loop {
            match self.byte().ok_or(Malformed)? {
                // What is most often there, first.
                byte if byte > b' ' => return Ok(byte),
                b' ' | b'\n' | b'\t' | b'\r' => self.at += 1,
                byte => return Ok(byte),
            }
        }
    }

    /// Nothing but white space is left.
    pub(crate) fn end(mut self) -> Result<(), Malformed> {
        if self.peek().is_err() { Ok(()) } else { Err(Malformed) }
    }

    /// Enters an object or an array.
    pub(crate) fn enter(&mut self) {
        self.at += 1;
    }

    /// The key of an object's next member, of which `position` were read before it; none where the object ends.
    pub(crate) fn key(&mut self, position: usize) -> Result<Option<Cow<'t, [u8]>>, Malformed> {
        if !self.goes_on(position, b'}')? {
            return Ok(None);
        }
        self.expect(b'"')?;
        let start = self.at;
        let key = match self.pass_string()? {
            Escapes::None => Cow::Borrowed(&self.text.as_bytes()[start..self.at - 1]),
            Escapes::Some => Cow::Owned(self.resolved(start)?.into_bytes()),
        };
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Whether an array has another element behind the `position` ones that were read.
    pub(crate) fn element(&mut self, position: usize) -> Result<bool, Malformed> {
        self.goes_on(position, b']')
    }

    fn goes_on(&mut self, position: usize, closing: u8) -> Result<bool, Malformed> {
        let byte = self.peek()?;
        if byte == closing {
            self.at += 1;
            return Ok(false);
        }
        if position > 0 {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// A string that comes next, its escapes resolved.
    pub(crate) fn string(&mut self) -> Result<Cow<'t, str>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        match self.pass_string()? {
            Escapes::None => Ok(Cow::Borrowed(&self.text[start..self.at - 1])),
            Escapes::Some => self.resolved(start).map(Cow::Owned),
        }
    }

    /// The string from `start` to here, its escapes resolved.
    fn resolved(&self, start: usize) -> Result<String, Malformed> {
        serde_json::from_str(&self.text[start - 1..self.at]).map_err(|_| Malformed)
    }

    /// How the value that comes next is written.
    pub(crate) fn written(&mut self) -> Result<&'t str, Malformed> {
        self.peek()?;
        let start = self.at;
        self.pass()?;
        Ok(&self.text[start..self.at])
    }

    /// Passes over the value that comes next.
    pub(crate) fn pass(&mut self) -> Result<(), Malformed> {
        loop {
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b'"' => self.pass_string().map(|_| ())?,
                b'{' if self.peek()? == b'}' => self.at += 1,
                b'[' if self.peek()? == b']' => self.at += 1,
                b'{' => {
                    self.open.push(b'}');
                    self.pass_key()?;
                    continue;
                }
                b'[' => {
                    self.open.push(b']');
                    continue;
                }
                b't' => self.pass_word("rue")?,
                b'f' => self.pass_word("alse")?,
                b'n' => self.pass_word("ull")?,
                b'-' | b'0'..=b'9' => self.pass_number(byte)?,
                _ => return Err(Malformed),
            }
            if self.open.is_empty() || !self.pass_closings()? {
                return Ok(());
            }
        }
    }

    /// Behind a value: whether another one follows it inside what is open.
    fn pass_closings(&mut self) -> Result<bool, Malformed> {
        while let Some(&closing) = self.open.last() {
            let byte = self.peek()?;
            self.at += 1;
            if byte == b',' {
                if closing == b'}' {
                    self.pass_key()?;
                }
                return Ok(true);
            }
            if byte != closing {
                return Err(Malformed);
            }
            self.open.pop();
        }
        Ok(false)
    }

    fn pass_key(&mut self) -> Result<(), Malformed> {
        self.expect(b'"')?;
        self.pass_string()?;
        self.expect(b':')
    }

    fn pass_word(&mut self, word: &str) -> Result<(), Malformed> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += word.len();
        if rest.starts_with(word.as_bytes()) { Ok(()) } else { Err(Malformed) }
    }

    fn pass_number(&mut self, first: u8) -> Result<(), Malformed> {
        if first == b'-' && !self.pass_digit() {
            return Err(Malformed);
        }
        if self.text.as_bytes()[self.at - 1] != b'0' {
            while self.pass_digit() {}
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.pass_digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.pass_digits()?;
        }
        Ok(())
    }

    fn pass_digits(&mut self) -> Result<(), Malformed> {
        if !self.pass_digit() {
            return Err(Malformed);
        }
        while self.pass_digit() {}
        Ok(())
    }

    fn pass_digit(&mut self) -> bool {
        let is_digit = self.byte().is_some_and(|byte| byte.is_ascii_digit());
        self.at += usize::from(is_digit);
        is_digit
    }

    /// The rest of a string whose first quote was read.
    fn pass_string(&mut self) -> Result<Escapes, Malformed> {
        let mut escapes = Escapes::None;
        let mut rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = rest.len();
        loop {
            rest = match rest.split_at(plain_bytes(rest)).1 {
                [b'"', behind @ ..] => {
                    self.at += length - behind.len();
                    return Ok(escapes);
                }
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', behind @ ..] => behind,
                [b'\\', b'u', a, b, c, d, behind @ ..]
                    if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) =>
                {
                    behind
                }
                // A control character, another escape, or the end.
                _ => return Err(Malformed),
            };
            escapes = Escapes::Some;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.peek()? != byte {
            return Err(Malformed);
        }
        self.at += 1;
        Ok(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Whether a string has escapes.
enum Escapes {
    None,
    Some,
}

/// How many bytes come before the first that is a quote, a backslash or a control character. Eight at a time, by Mycroft's
/// test for a zero byte, which is exact up to the first one that it finds.
#[inline]
fn plain_bytes(bytes: &[u8]) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let zero_in = |word: u64| word.wrapping_sub(ONES) & !word;
    let (words, rest) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word;
        let quote = zero_in(word ^ (ONES * u64::from(b'"')));
        let backslash = zero_in(word ^ (ONES * u64::from(b'\\')));
        let found = (control | quote | backslash) & (ONES << 7);
        if found != 0 {
            return at * 8 + found.trailing_zeros() as usize / 8;
        }
    }
    let plain = |byte: &&u8| **byte >= 0x20 && !matches!(byte, b'"' | b'\\');
    words.len() * 8 + rest.iter().take_while(plain).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    fn is_json(text: &str) -> bool {
        let mut json = Json::of(text);
        json.pass().and_then(|()| json.end()).is_ok()
    }

    fn agrees_with_serde(text: &str) {
        assert_eq!(is_json(text), serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text:?}");
    }

    fn string_agrees_with_serde(text: &str) {
        let mut json = Json::of(text);
        let read = json.string().and_then(|string| json.end().map(|()| string)).ok();
        assert_eq!(read.as_deref(), serde_json::from_str::<String>(text).ok().as_deref(), "{text:?}");
    }

    const TEXTS: [&str; 6] = [
        r#" { "a" : [ 1 , -0.5e+7 , 10E2, {} , [ ] , true,false , null ] , "b\u00e4\n\"\\\/" : "ü" }"#,
        r#"{"body":"{\"tenantId\":\"blue\",\"n\":[1,2]}","long":"0123456789abcdef0123456789abcdef"}"#,
        r"[[[[0]]],-1,0.0,1e9]",
        r#""\ud83d\ude00 \ud800 \b\f\n\r\t""#,
        "\"\u{7f}\u{80}ÿ\u{2028}\"",
        "12",
    ];

    #[test]
    fn whatever_is_changed_in_a_text_it_is_json_to_serde_or_to_neither() {
        for text in TEXTS {
            for (at, _) in text.char_indices() {
                let (before, behind) = text.split_at(at);
                let mut rest = behind.chars();
                rest.next();
                agrees_with_serde(before);
                for other in " \n\u{c}\0\u{1f}\"\\{}[]:,.-+0123eEuxtfnü/".chars() {
                    agrees_with_serde(&format!("{before}{other}{behind}"));
                    agrees_with_serde(&format!("{before}{other}{}", rest.as_str()));
                }
                agrees_with_serde(&format!("{before}{}", rest.as_str()));
            }
        }
    }

    #[test]
    fn a_value_that_nests_deeply_takes_no_stack() {
        let deep = 1_000_000;
        assert!(is_json(&format!("{}{}", "[".repeat(deep), "]".repeat(deep))));
        assert!(!is_json(&format!("{}{}", "[".repeat(deep), "]".repeat(deep - 1))));
    }

    #[test]
    fn what_ends_a_string_is_found_wherever_it_stands() {
        for at in 0..40 {
            for byte in 0..=u8::MAX {
                let mut bytes = [b'\xff'; 40];
                bytes[at] = byte;
                let ends = byte < 0x20 || byte == b'"' || byte == b'\\';
                assert_eq!(plain_bytes(&bytes), if ends { at } else { 40 }, "{byte} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_is_json_to_serde_or_to_neither(text in r#"[\[\]{}:,"\\ a0-1.eEu\n-]{0,12}"#) {
            agrees_with_serde(&text);
        }

        #[test]
        fn a_string_is_what_it_is_to_serde(inner in r#"([a-f0-9ü]|\\["\\/bfnrtux]|\\ud8[0-9a]{2}|\\udc[0-9a]{2}){0,8}"#) {
            string_agrees_with_serde(&format!("\"{inner}\""));
        }
    }
}
