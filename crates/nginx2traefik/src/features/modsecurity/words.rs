//! The words of ModSecurity's language.

/// Lines without comments; one that ends with a backslash goes on on the next.
pub(super) fn statements(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if !goes_on && (line.is_empty() || line.starts_with('#')) {
            continue;
        }
        let part = line.strip_suffix('\\').unwrap_or(line);
        match found.last_mut().filter(|_| goes_on) {
            Some((_, statement)) => {
                statement.push(' ');
                statement.push_str(part);
            }
            None => found.push((number, part.to_owned())),
        }
        goes_on = line.ends_with('\\');
    }
    found
}

/// Words by blanks, those in double quotes as one; none where a quotation does not end.
pub(super) fn words(statement: &str) -> Option<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quoted, mut open) = (String::new(), false, false);
    let mut chars = statement.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => word.extend(chars.next()),
            '"' => {
                quoted = !quoted;
                open = true;
            }
            c if c.is_whitespace() && !quoted => {
                if open {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            c => {
                word.push(c);
                open = true;
            }
        }
    }
    if open {
        words.push(word);
    }
    (!quoted).then_some(words)
}

/// The actions of a list, in small letters: by commas outside of quotes.
pub(super) fn actions(list: &str) -> impl Iterator<Item = String> + use<> {
    let mut all = vec![String::new()];
    let mut quoted = false;
    for c in list.chars() {
        quoted ^= c == '\'';
        match all.last_mut() {
            Some(_) if c == ',' && !quoted => all.push(String::new()),
            Some(action) => action.push(c.to_ascii_lowercase()),
            None => {}
        }
    }
    all.into_iter().map(|action| action.trim().to_owned())
}

pub(super) fn name_of(action: &str) -> &str {
    action.split([':', '=']).next().unwrap_or(action).trim()
}
