//! Tokens: what the lexicon and the number parser see in a paragraph, cut into sentences.

use std::ops::Range;

use super::quantity::{Figure, Quantity};
use crate::knowledge::{Entry, Role, lexicon};

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// A wording of the lexicon.
    Word(&'static Entry),
    /// A quantity.
    Quantity(Box<Quantity>),
    /// A year: 2015年.
    Year(i16),
    /// A part of the year: 5月, 2019年6月.
    Month,
    /// A number that counts nothing.
    Number,
    /// A comma.
    Comma,
    /// A semicolon.
    Semicolon,
    /// A colon.
    Colon,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// The end of a sentence.
    Stop,
    /// Words that the lexicon does not know.
    Gap,
}

/// A token with its place in the document.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

impl Token {
    /// Its role as a function word.
    pub(super) fn role(&self) -> Option<Role> {
        match &self.kind {
            Kind::Word(entry) => entry.role.as_ref().map(|(role, _)| *role),
            _ => None,
        }
    }

    /// The value of its role.
    pub(super) fn value(&self) -> &str {
        match &self.kind {
            Kind::Word(entry) => entry.role.as_ref().map_or("", |(_, value)| value.as_str()),
            _ => "",
        }
    }

    /// Whether it can be a label.
    pub(super) fn label(&self) -> Option<&'static Entry> {
        match &self.kind {
            Kind::Word(entry) if !entry.senses.is_empty() => Some(entry),
            _ => None,
        }
    }

    /// The quantity.
    pub(super) fn quantity(&self) -> Option<&Quantity> {
        match &self.kind {
            Kind::Quantity(quantity) => Some(quantity),
            _ => None,
        }
    }

    /// Whether it is a function word of this role and no label.
    pub(super) fn is(&self, role: Role) -> bool {
        self.role() == Some(role)
    }
}

/// Longest title in book-title marks, in bytes: a mark without its partner must not swallow the text.
const LONGEST_TITLE: usize = 300;

/// Titles that end as newspapers do and are none.
const NO_PAPERS: [&str; 11] = ["公报", "年报", "月报", "简报", "通报", "快报", "专报", "季报", "政报", "情况报", "预报"];

/// The tokens of a sentence that begins at `offset` of the document, with the numbers in it.
pub(super) fn tokens(text: &str, offset: usize, numbers: Vec<Figure>) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 4 + 1);
    let mut at = 0;
    let mut numbers = numbers.into_iter().peekable();
    let mut words = lexicon().find(text).peekable();
    // Words of the slice behind a quantity that cut the word there.
    let mut again: Vec<(Range<usize>, &'static Entry)> = Vec::new();
    loop {
        let word = again.last().map(|(s, _)| s.clone()).or_else(|| words.peek().map(|(s, _)| s.clone()));
        let number = numbers.peek().map(Figure::span);
        let (span, is_number) = match (word, number) {
            (Some(w), Some(n)) if w.start < n.end && n.start < w.end => {
                // 两微一端, 无一件, 结转2019年: a wording with a numeral in it is no quantity.
                let covers = w.start <= n.start && w.end >= n.end && !is_one_filler(text, &w);
                if covers {
                    numbers.next();
                    continue;
                }
                if w.start < n.start {
                    drop_word(&mut again, &mut words);
                    continue;
                }
                (n, true)
            }
            (Some(w), Some(n)) if w.start < n.start => (w, false),
            (Some(w), None) => (w, false),
            (_, Some(n)) => (n, true),
            (None, None) => break,
        };
        fill(&mut tokens, text, at..span.start, offset);
        at = span.end;
        let place = offset + span.start..offset + span.end;
        if is_number {
            let kind = match numbers.next() {
                Some(Figure::Quantity(mut quantity)) => {
                    quantity.span = offset + quantity.span.start..offset + quantity.span.end;
                    quantity.full = place.clone();
                    Kind::Quantity(Box::new(quantity))
                }
                Some(Figure::Year(year, _)) => Kind::Year(year),
                Some(Figure::Month(_)) => Kind::Month,
                _ => Kind::Number,
            };
            tokens.push(Token { kind, span: place });
            // Words that began inside the quantity; what follows it is read anew.
            let mut cut = at;
            while let Some((s, _)) = again.last() {
                if s.start >= at {
                    break;
                }
                cut = cut.max(s.end);
                again.pop();
            }
            while let Some((s, _)) = words.peek() {
                if s.start >= at {
                    break;
                }
                cut = cut.max(s.end);
                words.next();
            }
            if cut > at && again.is_empty() {
                again.extend(lexicon().find(&text[at..cut]).map(|(s, e)| (at + s.start..at + s.end, e)));
                again.reverse();
            }
        } else if let Some((_, entry)) = again.pop().or_else(|| words.next()) {
            tokens.push(Token { kind: Kind::Word(entry), span: place });
        }
    }
    fill(&mut tokens, text, at..text.len(), offset);
    if text.contains('《') { titles(tokens, text, offset) } else { tokens }
}

fn is_one_filler(text: &str, span: &Range<usize>) -> bool {
    // 一件 and 一例 as fillers stand for themselves: 收到一件 counts.
    matches!(&text[span.clone()], "一件" | "一例" | "一起" | "一宗" | "一次" | "一批")
}

fn drop_word(
    again: &mut Vec<(Range<usize>, &'static Entry)>,
    words: &mut std::iter::Peekable<impl Iterator<Item = (Range<usize>, &'static Entry)>>,
) {
    if again.pop().is_none() {
        words.next();
    }
}

/// Whether a place of one byte stands between two Chinese characters.
fn is_between_words(text: &str, at: usize) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    is_word(text[..at].chars().next_back()) && is_word(text[at + 1..].chars().next())
}

/// Punctuation and unknown words between wordings.
fn fill(tokens: &mut Vec<Token>, text: &str, range: Range<usize>, offset: usize) {
    let mut gap: Option<usize> = None;
    let flush = |tokens: &mut Vec<Token>, gap: &mut Option<usize>, end: usize| {
        if let Some(start) = gap.take() {
            tokens.push(Token { kind: Kind::Gap, span: offset + start..offset + end });
        }
    };
    for (i, c) in text[range.clone()].char_indices() {
        let at = range.start + i;
        let kind = match c {
            '，' | ',' => Kind::Comma,
            '；' | ';' => Kind::Semicolon,
            // 门户网站.全年发布: a full stop that became ASCII.
            '.' if is_between_words(text, at) => Kind::Semicolon,
            '：' | ':' => Kind::Colon,
            '（' | '(' | '［' | '[' => Kind::Open,
            '）' | ')' | '］' | ']' => Kind::Close,
            '。' | '！' | '!' | '\n' => Kind::Stop,
            _ if c.is_whitespace() => {
                flush(tokens, &mut gap, at);
                continue;
            }
            _ => {
                gap.get_or_insert(at);
                continue;
            }
        };
        flush(tokens, &mut gap, at);
        tokens.push(Token { kind, span: offset + at..offset + at + c.len_utf8() });
    }
    flush(tokens, &mut gap, range.end);
}

/// A title in book-title marks is one unknown word, unless a wording of the lexicon reaches over the mark
/// (非《条例》所指) or it names a gazette.
fn titles(tokens: Vec<Token>, text: &str, offset: usize) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut until = 0;
    for token in tokens {
        if token.span.start < until {
            let label = token.label().is_some_and(|e| e.senses.iter().any(|s| s.frame.is_some_and(|f| f.name() == "gazette")));
            if label && token.span.end < until {
                out.push(token);
            }
            continue;
        }
        let opens = text[token.span.start - offset..].starts_with('《') && token.span.len() == '《'.len_utf8();
        if opens {
            let tail = &text[token.span.end - offset..];
            let limit = tail.floor_char_boundary(LONGEST_TITLE);
            if let Some(close) = tail[..limit].find('》') {
                until = token.span.end + close + '》'.len_utf8();
                // 在《某某日报》发布12条: a newspaper, whatever its name is.
                let is_paper = tail[..close].ends_with('报') && !NO_PAPERS.iter().any(|other| tail[..close].ends_with(other));
                let paper = if is_paper { lexicon().entry("报纸") } else { None };
                out.push(Token { kind: paper.map_or(Kind::Gap, Kind::Word), span: token.span.start..until });
                continue;
            }
        }
        out.push(token);
    }
    out
}
