//! Formats texts for a terminal. No I/O.

use std::fmt::Write;

/// Escapes the characters that control a terminal, because senders choose the texts in their messages.
pub(crate) fn clean(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control()
            || matches!(character, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Formats rows under headings, in columns.
pub(crate) fn format_table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> String {
    let mut widths = headings.map(|heading| heading.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    let headings = headings.map(str::to_owned);
    for row in std::iter::once(&headings).chain(rows) {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            // Writing into a String does not fail.
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Writes JSON with one line per field. Numbers, keys and strings stay as written; a JSON parser would change some.
pub(crate) fn pretty_print(json: &str) -> String {
    let mut text = String::with_capacity(2 * json.len());
    let mut depth = 0;
    let mut rest = json.chars().peekable();
    let new_line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(character) = rest.next() {
        match character {
            '"' => {
                text.push('"');
                while let Some(inner) = rest.next() {
                    text.push(inner);
                    match inner {
                        '\\' => text.extend(rest.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '{' | '[' => {
                text.push(character);
                while rest.next_if(char::is_ascii_whitespace).is_some() {}
                if let Some(close) = rest.next_if(|next| matches!(next, '}' | ']')) {
                    text.push(close);
                } else {
                    depth += 1;
                    new_line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut text, depth);
                text.push(character);
            }
            ',' => {
                text.push(',');
                new_line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            space if space.is_ascii_whitespace() => {}
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_control_characters_are_escaped() {
        assert_eq!(clean("a\u{1b}[2J\nü\u{9b}\u{202e}"), "a\\u{1b}[2J\\nü\\u{9b}\\u{202e}");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "longer".to_owned()], ["bbb".to_owned(), String::new()]];
        assert_eq!(format_table(["id", "x"], &rows), "id   x\na    longer\nbbb\n");
    }

    #[test]
    fn pretty_printing_keeps_numbers_keys_and_strings() {
        let json = r#" {"b":1.0e2 ,"a":[ ],"s":"x,\"{:}\\", "n":[1,{}]} "#;
        let lines = [
            "{",
            r#"  "b": 1.0e2,"#,
            r#"  "a": [],"#,
            r#"  "s": "x,\"{:}\\","#,
            r#"  "n": ["#,
            "    1,",
            "    {}",
            "  ]",
            "}",
        ];
        let expected = lines.join("\n");
        assert_eq!(pretty_print(json), expected);
    }
}
