//! The little that is read of answers in XML.

use aws_smithy_xml::decode::{Document, XmlDecodeError, try_data};

/// The text of the first element of this name; those that are looked for here occur once.
pub(crate) fn text_of(xml: &[u8], name: &str) -> Result<Option<String>, XmlDecodeError> {
    let mut document = Document::try_from(xml)?;
    while let Some(element) = document.next_start_element() {
        if element.matches(name) {
            let mut scope = document.scoped_to(element);
            return Ok(Some(try_data(&mut scope)?.into_owned()));
        }
    }
    Ok(None)
}
