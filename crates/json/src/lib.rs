//! A JSON text, read once and in place: what is not asked for is checked and passed over, in constant stack however
//! deep it nests. As strict as `serde_json`, whose way from a text to a value of any type is longer.
//!
//! [`Outlines`] remember where members stand. What a record means must not enter here.

mod outline;
mod plain;

use std::borrow::Cow;
use std::fmt;

pub use outline::{Outline, Outlines};

use crate::plain::Escapes;

/// The text is not JSON [RFC 8259], or not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is not JSON")]
pub struct Malformed;

/// A text, read up to some place.
pub struct Json<'t> {
    text: &'t str,
    at: usize,
    /// Where the last key begins.
    key: usize,
    /// What closes the values that are open while a value is passed over.
    open: Vec<u8>,
}

impl<'t> Json<'t> {
    /// From its beginning.
    #[must_use]
    pub const fn of(text: &'t str) -> Self {
        Self::from(text, 0)
    }

    /// From a place at which a value begins.
    const fn from(text: &'t str, at: usize) -> Self {
        Self { text, at, key: 0, open: Vec::new() }
    }

    /// The first byte of what comes next, white space left out.
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn peek(&mut self) -> Result<u8, Malformed> {
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
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn end(mut self) -> Result<(), Malformed> {
        if self.peek().is_err() { Ok(()) } else { Err(Malformed) }
    }

    /// How many bytes were read.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Enters the object or the array whose first byte [`Json::peek`] has shown.
    pub const fn enter(&mut self) {
        self.at += 1;
    }

    /// The key of an object's next member, of which `position` were read before it; none where the object ends.
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn key(&mut self, position: usize) -> Result<Option<Cow<'t, [u8]>>, Malformed> {
        if !self.goes_on(position, b'}')? {
            return Ok(None);
        }
        self.expect(b'"')?;
        self.key = self.at;
        let key = match self.pass_string()? {
            Escapes::None => Cow::Borrowed(&self.text.as_bytes()[self.key..self.at - 1]),
            Escapes::Some => Cow::Owned(self.resolved(self.key)?.into_bytes()),
        };
        self.expect(b':')?;
        Ok(Some(key))
    }

    /// Reads the object that comes next; `member` reads each value.
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn members(
        &mut self,
        mut member: impl FnMut(&Cow<'t, [u8]>, &mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.expect(b'{')?;
        for position in 0.. {
            let Some(key) = self.key(position)? else { break };
            member(&key, self)?;
        }
        Ok(())
    }

    /// Whether an array has another element behind the `position` ones that were read.
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn element(&mut self, position: usize) -> Result<bool, Malformed> {
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
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn string(&mut self) -> Result<Cow<'t, str>, Malformed> {
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
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn written(&mut self) -> Result<&'t str, Malformed> {
        self.peek()?;
        let start = self.at;
        self.pass()?;
        Ok(&self.text[start..self.at])
    }

    /// Passes over the value that comes next.
    ///
    /// # Errors
    /// When the text is not JSON up to there, or something else comes next.
    pub fn pass(&mut self) -> Result<(), Malformed> {
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
    #[inline]
    fn pass_string(&mut self) -> Result<Escapes, Malformed> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if let Some(length) = plain::short_string(rest) {
            self.at += length;
            return Ok(Escapes::None);
        }
        let (length, escapes) = plain::string(rest).ok_or(Malformed)?;
        self.at += length;
        Ok(escapes)
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

/// Bodies are customers' data: what is printed is how far it was read.
impl fmt::Debug for Json<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Json").field("at", &self.at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
