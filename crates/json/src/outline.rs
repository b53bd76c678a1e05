//! Where the members of objects stand that were read: whoever looks for others need not read them all again.

use std::borrow::Cow;
use std::fmt;

use crate::{Json, Malformed};

/// Objects that were read, one after the other.
#[derive(Clone, Default)]
pub struct Outlines<'t> {
    members: Vec<Member>,
    objects: Vec<Object<'t>>,
}

/// An object that was read.
#[derive(Clone, Copy)]
struct Object<'t> {
    text: &'t str,
    /// Behind the last of its members among all of them.
    end: usize,
}

/// Where a member's key stands in its object's text, and where its value begins.
#[derive(Clone, Copy)]
struct Member {
    key: u32,
    key_end: u32,
    value: u32,
}

/// The members of one object.
#[derive(Clone, Copy)]
pub struct Outline<'o> {
    text: &'o str,
    members: &'o [Member],
}

impl<'t> Outlines<'t> {
    /// Reads the object that a text begins with, and keeps its outline; `member` reads each value. The object's own text.
    ///
    /// # Errors
    /// When the text does not begin with an object, or `member` cannot read a value. Nothing is kept of it then.
    pub fn read(
        &mut self,
        text: &'t str,
        member: impl FnMut(&[u8], &mut Json<'t>) -> Result<(), Malformed>,
    ) -> Result<&'t str, Malformed> {
        let known = self.members.len();
        let mut json = Json::of(text);
        let text = self.read_members(&mut json, member).map(|()| &text[..json.at()]);
        match text {
            Ok(text) => self.objects.push(Object { text, end: self.members.len() }),
            Err(Malformed) => self.members.truncate(known),
        }
        text
    }

    /// Makes room for the outlines of so many more objects like those that are here.
    pub fn reserve(&mut self, objects: usize) {
        let each = self.members.len().div_ceil(self.objects.len().max(1));
        self.objects.reserve(objects);
        self.members.reserve(objects * each);
    }

    fn read_members(
        &mut self,
        json: &mut Json<'t>,
        mut member: impl FnMut(&[u8], &mut Json<'t>) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        let known = self.members.len();
        let mut is_plain = true;
        json.members(|key, json| {
            json.peek()?;
            match (key, place(json.key, key.len(), json.at())) {
                (Cow::Borrowed(_), Some(place)) => self.members.push(place),
                // It does not stand there as it is.
                _ => is_plain = false,
            }
            member(key, json)
        })?;
        if !is_plain {
            self.members.truncate(known);
        }
        Ok(())
    }

    /// The outline of the object that was read at this position, where `text` is its very text, at the same place in memory,
    /// and there is an outline of it.
    #[must_use]
    pub fn of(&self, position: usize, text: &str) -> Option<Outline<'_>> {
        let object = self.objects.get(position)?;
        let start = position.checked_sub(1).map_or(0, |before| self.objects[before].end);
        let members = &self.members[start..object.end];
        let is_it = std::ptr::eq(object.text, text) && !members.is_empty();
        is_it.then_some(Outline { text: object.text, members })
    }
}

fn place(key: usize, key_length: usize, value: usize) -> Option<Member> {
    let [key, key_end, value] = [key, key + key_length, value].map(u32::try_from);
    Some(Member { key: key.ok()?, key_end: key_end.ok()?, value: value.ok()? })
}

impl<'o> Outline<'o> {
    /// The object's own text.
    #[must_use]
    pub const fn text(self) -> &'o str {
        self.text
    }

    /// Each member's key, and the text from its value on.
    pub fn members(self) -> impl Iterator<Item = (&'o [u8], Json<'o>)> {
        let at = |place| usize::try_from(place).unwrap_or(usize::MAX);
        self.members.iter().map(move |member| {
            let key = self.text.as_bytes().get(at(member.key)..at(member.key_end));
            (key.unwrap_or_default(), Json::from(self.text, at(member.value)))
        })
    }
}

/// Bodies are customers' data: what is printed is how much there is.
impl fmt::Debug for Outlines<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outlines").field("objects", &self.objects.len()).finish_non_exhaustive()
    }
}

/// As above.
impl fmt::Debug for Outline<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Outline").field("members", &self.members.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(texts: &[&str]) -> Vec<Option<Vec<(String, String)>>> {
        let mut outlines = Outlines::default();
        let read = texts.iter().map(|text| outlines.read(text, |_, json| json.pass()));
        let read: Vec<&str> = read.filter_map(Result::ok).collect();
        let member = |(key, mut json): (&[u8], Json<'_>)| {
            (String::from_utf8_lossy(key).into_owned(), json.written().unwrap().to_owned())
        };
        let all = |(at, text): (usize, &&str)| Some(outlines.of(at, text)?.members().map(member).collect());
        read.iter().enumerate().map(all).collect()
    }

    fn members(members: &[(&str, &str)]) -> Vec<(String, String)> {
        members.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn members_are_found_where_they_stand() {
        let objects =
            [r#"{"a":1,"b":[2]},{"c":3}"#, r#"{"broken":[}"#, "{}", "{ \"a\" : {\n} , \"a\":null} "];
        let expected = [
            Some(members(&[("a", "1"), ("b", "[2]")])),
            None,
            Some(members(&[("a", "{\n}"), ("a", "null")])),
        ];
        assert_eq!(kept(&objects), expected);
    }

    #[test]
    fn an_object_whose_key_has_escapes_has_no_outline() {
        assert_eq!(kept(&[r#"{"\u0061":1,"b":2}"#, r#"{"c":3}"#]), [None, Some(members(&[("c", "3")]))]);
    }

    #[test]
    fn another_text_has_no_outline_be_it_equal() {
        let (text, equal) = (r#"{"a":1}"#.to_owned(), r#"{"a":1}"#.to_owned());
        let mut outlines = Outlines::default();
        outlines.read(&text, |_, json| json.pass()).unwrap();
        assert!(outlines.of(0, &text).is_some());
        assert!(outlines.of(0, &equal).is_none() && outlines.of(1, &text).is_none());
    }

    #[test]
    fn room_is_made_for_objects_like_those_that_are_here() {
        let mut outlines = Outlines::default();
        outlines.read(r#"{"a":1,"b":2,"c":3}"#, |_, json| json.pass()).unwrap();
        outlines.reserve(100);
        assert!(outlines.objects.capacity() > 100 && outlines.members.capacity() > 300);
        Outlines::default().reserve(100);
    }

    #[test]
    fn debug_output_says_how_much_there_is_and_nothing_of_it() {
        let text = r#"{"secret":"hush"}"#;
        let mut outlines = Outlines::default();
        assert_eq!(outlines.read(text, |_, json| json.pass()), Ok(text));
        let outline = outlines.of(0, text).unwrap();
        assert_eq!(outline.text(), text);
        let mut json = Json::of(text);
        json.enter();
        assert_eq!(
            format!("{outlines:?} {outline:?} {json:?}"),
            "Outlines { objects: 1, .. } Outline { members: 1, .. } Json { at: 1, .. }"
        );
    }
}
