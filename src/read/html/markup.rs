//! Markup before it is parsed: what carries no meaning here is taken out, and nesting is bounded.
//!
//! An HTML parser does work that grows with the square of its input on some inputs: each block looks up
//! through all open elements, and each paragraph opens all unclosed formatting again. Formatting means
//! nothing to a report, so its tags go; blocks nested beyond a bound become line breaks, as browsers
//! flatten them. What is left is parsed in time linear in its length.

use crate::read::ReadError;

/// Blocks that are open at once; browsers stop at 512.
const DEPTH: usize = 256;
/// Tags of one page. Those of the largest pages have some 50,000.
const TAGS: usize = 2_000_000;

/// Tags that have no end.
const UNENDED: usize = 32;

/// What becomes of a tag.
enum Role {
    /// It, and all up to its end tag, is taken out.
    Dropped,
    /// Its content is text without tags, and stays.
    Raw,
    /// It shapes blocks and is closed by its own end tag.
    Block,
    /// It is closed by what follows, or is empty.
    Kept,
    /// It means nothing unless it hides its content.
    Inline,
}

fn role(name: &str) -> Role {
    match name {
        "script" | "style" | "noscript" | "template" | "iframe" | "noembed" | "noframes" | "svg" | "textarea" | "audio" | "video" => {
            Role::Dropped
        }
        "title" | "xmp" => Role::Raw,
        "div" | "table" | "ul" | "ol" | "dl" | "section" | "article" | "main" | "blockquote" | "center" | "form" | "fieldset"
        | "header" | "footer" | "nav" | "aside" | "details" | "summary" | "dialog" | "figure" | "figcaption" | "pre" | "h1" | "h2"
        | "h3" | "h4" | "h5" | "h6" | "button" | "select" | "object" | "address" | "hgroup" | "menu" | "dir" | "ruby" | "rt" | "rp"
        | "legend" => Role::Block,
        "a" | "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" | "col" | "colgroup" | "option"
        | "optgroup" | "html" | "head" | "body" | "br" | "hr" | "meta" | "link" | "base" | "plaintext" => Role::Kept,
        "img" | "input" | "wbr" | "area" | "embed" | "param" | "source" | "track" | "frame" | "frameset" => Role::Kept,
        _ => Role::Inline,
    }
}

/// Takes out of a page what means nothing to a report.
pub(super) fn simplify(html: &str) -> Result<String, ReadError> {
    let mut out = String::with_capacity(html.len());
    let mut open: Vec<Open> = Vec::new();
    let mut tags = 0;
    let mut unended = 0;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        out.push_str(&html[at..start]);
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = start + comment(rest);
            continue;
        }
        let Some(tag) = Tag::parse(rest) else {
            // A tag that never ends takes the rest of the page with it in a browser. Here the first ones
            // are text, as what follows may be a report; each costs a look at all that follows.
            unended += usize::from(rest.as_bytes().get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/'));
            if unended > UNENDED {
                return Ok(out);
            }
            out.push('<');
            at = start + 1;
            continue;
        };
        at = start + tag.source.len();
        tags += 1;
        if tags > TAGS {
            return Err(ReadError::TooLarge { what: "tags", limit: TAGS as u64 });
        }
        match role(&tag.name) {
            Role::Dropped if tag.closes => {}
            Role::Dropped => at += raw_end(&html[at..], &tag.name).1,
            Role::Raw if tag.closes => out.push_str(tag.source),
            Role::Raw => {
                let end = raw_end(&html[at..], &tag.name).1;
                out.push_str(tag.source);
                out.push_str(&html[at..at + end]);
                at += end;
            }
            Role::Kept => out.push_str(tag.source),
            Role::Block => block(&tag, &mut open, &mut out),
            Role::Inline => inline(&tag, &mut open, &mut out),
        }
    }
    out.push_str(&html[at..]);
    Ok(out)
}

/// Full stops of a text that is a body.
const STOPS: usize = 3;

/// A page in which the longest text of a form that holds a body stands in the place of its field: scripts put it there
/// in a browser. `None` where no field holds one.
pub(super) fn with_field_opened(html: &str) -> Option<String> {
    let mut longest: Option<(usize, &str, usize)> = None;
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        at = start + 1;
        let is_field = html.get(at..at + FIELD.len()).is_some_and(|name| name.eq_ignore_ascii_case(FIELD));
        let Some(tag) = is_field.then(|| Tag::parse(&html[start..])).flatten().filter(|tag| tag.name == FIELD) else { continue };
        let from = start + tag.source.len();
        let (length, end) = raw_end(&html[from..], FIELD);
        let held = &html[from..from + length];
        if held.matches('。').count() >= STOPS && longest.is_none_or(|(_, other, _)| other.len() < held.len()) {
            longest = Some((start, held, from + end));
        }
        at = from + end;
    }
    let (start, held, end) = longest?;
    Some([&html[..start], &unescaped(held), &html[end..]].concat())
}

const FIELD: &str = "textarea";

/// Markup that was written as text.
fn unescaped(text: &str) -> String {
    const NAMES: [(&str, &str); 6] = [("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("#39;", "'"), ("apos;", "'"), ("amp;", "&")];
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        match NAMES.iter().find_map(|(name, shown)| Some((shown, part.strip_prefix(name)?))) {
            Some((shown, rest)) => out.extend([shown, rest]),
            None => out.extend(["&", part]),
        }
    }
    out
}

/// Elements of one name that are open.
struct Open {
    name: String,
    /// Whether each was written.
    written: Vec<bool>,
}

fn opened<'a>(open: &'a mut Vec<Open>, name: &str) -> &'a mut Vec<bool> {
    let at = open.iter().position(|known| known.name == name).unwrap_or_else(|| {
        // Names without end are no names of a page: they share one count.
        if open.len() < 128 {
            open.push(Open { name: name.to_owned(), written: Vec::new() });
        }
        open.len() - 1
    });
    &mut open[at].written
}

fn block(tag: &Tag, open: &mut Vec<Open>, out: &mut String) {
    let depth: usize = open.iter().map(|known| known.written.len()).sum();
    let known = opened(open, &tag.name);
    if tag.closes {
        match known.pop() {
            Some(false) => out.push_str("<br>"),
            _ => out.push_str(tag.source),
        }
        return;
    }
    let written = depth < DEPTH;
    // Beyond the bound only a count is kept, and not even that far beyond it.
    if known.len() < 4 * DEPTH {
        known.push(written);
    }
    out.push_str(if written { tag.source } else { "<br>" });
}

fn inline(tag: &Tag, open: &mut Vec<Open>, out: &mut String) {
    let depth: usize = open.iter().map(|known| known.written.len()).sum();
    let known = opened(open, &tag.name);
    // A small figure behind a number is no digit of it.
    let raised = tag.name == "sup";
    if tag.closes {
        if known.pop() == Some(true) {
            out.push_str(if raised { "</sup>" } else { "</span>" });
        }
        return;
    }
    let struck = matches!(tag.name.as_str(), "s" | "del" | "strike");
    let written = depth < DEPTH && !tag.source.ends_with("/>") && (raised || struck || tag.says_how_it_shows());
    // A tag without a partner stays open in this count for the whole page; only written ones matter.
    if written || !known.is_empty() && known.len() < 4 * DEPTH {
        known.push(written);
    }
    if written && raised {
        out.push_str(tag.source);
    } else if written && struck {
        out.push_str("<span style=\"text-decoration:line-through\">");
    } else if written {
        out.push_str("<span");
        out.push_str(&tag.source[1 + tag.name.len()..]);
    }
}

/// A tag in the source.
struct Tag<'a> {
    /// From `<` to `>`.
    source: &'a str,
    /// In lower case.
    name: String,
    closes: bool,
}

impl<'a> Tag<'a> {
    fn parse(rest: &'a str) -> Option<Self> {
        let bytes = rest.as_bytes();
        let closes = bytes.get(1) == Some(&b'/');
        let from = if closes { 2 } else { 1 };
        if !bytes.get(from)?.is_ascii_alphabetic() {
            return None;
        }
        let length = bytes[from..].iter().position(|b| b.is_ascii_whitespace() || *b == b'/' || *b == b'>')?;
        let mut at = from + length;
        // Quotes matter only as a value: after `=`.
        let mut value = false;
        loop {
            match bytes.get(at)? {
                b'>' => break,
                b'=' => value = true,
                quote @ (b'"' | b'\'') if value => {
                    at += 1 + bytes[at + 1..].iter().position(|b| b == quote)?;
                    value = false;
                }
                b if b.is_ascii_whitespace() => {}
                _ => value = false,
            }
            at += 1;
        }
        Some(Self { source: &rest[..=at], name: rest[from..from + length].to_ascii_lowercase(), closes })
    }

    fn says_how_it_shows(&self) -> bool {
        let attributes = self.source[1 + self.name.len()..].to_ascii_lowercase();
        ["display", "visibility", "hidden", "font-size", "line-through"].iter().any(|word| attributes.contains(word))
    }
}

/// The length of a comment at the beginning of `rest`, as browsers end it.
fn comment(rest: &str) -> usize {
    for short in ["<!-->", "<!--->"] {
        if rest.starts_with(short) {
            return short.len();
        }
    }
    let mut from = 4;
    while let Some(found) = rest[from..].find("--") {
        let after = from + found + 2;
        for end in [">", "!>"] {
            if rest[after..].starts_with(end) {
                return after + end.len();
            }
        }
        from = after - 1;
    }
    rest.len()
}

/// Where text without tags ends: before its end tag, and behind it.
fn raw_end(rest: &str, name: &str) -> (usize, usize) {
    let mut from = 0;
    while let Some(found) = rest[from..].find("</") {
        let at = from + found;
        let after = &rest[at + 2..];
        let named = after.get(..name.len()).is_some_and(|given| given.eq_ignore_ascii_case(name));
        let ended = after.as_bytes().get(name.len()).is_none_or(|b| b.is_ascii_whitespace() || *b == b'/' || *b == b'>');
        if named && ended && !(name == "script" && script_goes_on(&rest[..at])) {
            let close = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
            return (at, close);
        }
        from = at + 2;
    }
    (rest.len(), rest.len())
}

/// Whether a script has opened another one in a comment, the end of which is not its own.
fn script_goes_on(script: &str) -> bool {
    let Some(comment) = script.rfind("<!--") else { return false };
    let rest = &script[comment..];
    !rest.contains("-->") && rest.contains("<script") && !rest.contains("</script")
}

#[cfg(test)]
mod tests {
    use super::simplify;

    fn simple(html: &str) -> String {
        simplify(html).unwrap_or_default()
    }

    #[test]
    fn formatting_and_scripts_go() {
        assert_eq!(simple("<p><b>一、<font color=red>概述</font></b></p>"), "<p>一、概述</p>");
        assert_eq!(simple("<script>document.write('<table><td>1</td>')</SCRIPT >x"), "x");
        assert_eq!(simple("<!-- <p>no</p> -->a<!---->b<!-->c"), "abc");
        assert_eq!(simple("<style>p{}</style><o:p></o:p>1 < 2 <3"), "1 < 2 <3");
        assert_eq!(simple("<script><!-- w('<script></script>') --></script>x"), "x");
        assert_eq!(simple("<title>a<b></title>"), "<title>a<b></title>");
    }

    #[test]
    fn what_hides_stays() {
        assert_eq!(simple("<b>a<font style='display:none'>x</font>b</b>"), "a<span style='display:none'>x</span>b");
        assert_eq!(simple("<span hidden>a<span>b</span>c</span>d"), "<span hidden>abc</span>d");
        assert_eq!(simple("<s>1</s>2<DEL>3</DEL>"), format!("{}2{}", struck("1"), struck("3")));
        assert_eq!(simple("1<sup class=a>2</sup>"), "1<sup class=a>2</sup>");
    }

    fn struck(words: &str) -> String {
        format!("<span style=\"text-decoration:line-through\">{words}</span>")
    }

    #[test]
    fn a_quoted_bracket_ends_no_tag() {
        assert_eq!(simple("<a title=\"a>b\">x</a>"), "<a title=\"a>b\">x</a>");
        assert_eq!(simple("<p title=\"a>b"), "<p title=\"a>b");
    }

    #[test]
    fn a_body_in_a_field_is_opened() {
        let held = "&lt;p class=&quot;a&quot;&gt;一。二。三。&amp;nbsp;&lt;/p&gt;";
        let html = format!("<p>x</p><textarea>短。</textarea><TEXTAREA id=a>{held}</textarea><p>y</p>");
        let page = "<p>x</p><textarea>短。</textarea><p class=\"a\">一。二。三。&nbsp;</p><p>y</p>";
        assert_eq!(super::with_field_opened(&html).as_deref(), Some(page));
        assert_eq!(super::with_field_opened("<textarea>请留言</textarea>"), None);
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = ["<div>".repeat(100_000).as_str(), "x", &"</div>".repeat(100_000)].concat();
        let simple = simple(&deep);
        assert!(simple.matches("<div>").count() <= 256 && simple.contains('x'));
    }
}
