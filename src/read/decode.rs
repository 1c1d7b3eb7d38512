//! Bytes into text: which encoding, and which rule decided it.

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::ReadError;

/// A decoded text and how it was decoded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Decoded {
    /// The text without a byte order mark.
    pub text: String,
    /// Name of the encoding.
    pub charset: &'static str,
    /// `bom`, `utf-8`, `declared` or `evidence`.
    pub rule: &'static str,
    /// Characters that could not be decoded.
    pub undecodable: usize,
}

/// Above this share of the characters beside ASCII, a text is refused: 1 in 10. Digits and labels are
/// what figures rest on, and with every tenth character lost no label can be trusted.
const REFUSED_SHARE: usize = 10;
/// So few lost characters never refuse a text: a cut at the end leaves one or two.
const TOLERATED: usize = 4;
/// Texts of reports reach 0.5 and more in their own encoding, some 0.1 in another.
const IMPLAUSIBLE: f64 = 0.2;
/// So many characters beside ASCII are enough to weigh.
const WEIGHTY: usize = 40;
/// How much of a text is weighed.
const SAMPLE: usize = 64 * 1024;

/// What pages and reports are mostly made of, in both scripts: the commonest characters of Chinese, those
/// of these reports, and full-width punctuation. Text decoded in the wrong encoding holds few of them.
const COMMON: &str = "的一是不了人在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运府息依申请复议诉讼举投收费减免主动渠道网站微博微信解读政策机构项目总计其他部门乡镇街道办事处县委局厅省村告监督培训会议规范性文件行政许可处罚强制事业收集采购年度报告附则条例负责人联系电话填统指标单位零〇二〇这個們來為國說時會對過發後裡種經麼學現當沒動還進實軍無與長機關點業將兩間問應戰頭體見產問題從開報類據條務項總數處縣廳鄉鎮訊資訊開請複議訴訟舉費減讀門構計規範許罰強採購負責聯繫電話統標單位區市，。、：；（）《》“”　！？";

/// Ends a cell in text that was taken out of a Word file.
pub(super) const CELL_MARK: char = '\u{7}';

/// Decodes bytes. `declared` are names of encodings in the order of trust: of the container, then of the
/// document itself.
///
/// # Errors
/// When too much of the text is lost in every known encoding.
pub(super) fn decode(bytes: &[u8], hint: Option<&str>) -> Result<Decoded, ReadError> {
    let decoded = choose(bytes, hint);
    let controls = decoded.text.chars().filter(|c| c.is_control() && !c.is_whitespace() && *c != CELL_MARK).count();
    if controls > TOLERATED && controls * REFUSED_SHARE > decoded.text.chars().count() {
        return Err(ReadError::Unsupported("binary data"));
    }
    let beyond_ascii = decoded.text.chars().filter(|c| !c.is_ascii()).count();
    if decoded.undecodable > TOLERATED && decoded.undecodable * REFUSED_SHARE > beyond_ascii {
        return Err(ReadError::Undecodable { undecodable: decoded.undecodable, characters: beyond_ascii });
    }
    Ok(decoded)
}

fn choose(bytes: &[u8], hint: Option<&str>) -> Decoded {
    for (mark, encoding) in
        [(b"\xEF\xBB\xBF".as_slice(), UTF_8), (b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE), (b"\x84\x31\x95\x33", GB18030)]
    {
        if let Some(rest) = bytes.strip_prefix(mark) {
            // A mark that lies (UTF-8 in front of GBK) is no evidence.
            if encoding != UTF_8 || lost_share(UTF_8, rest) * REFUSED_SHARE as f64 <= 1.0 {
                return decoded(encoding, rest, "bom");
            }
        }
    }
    let has_nul = bytes[..bytes.len().min(SAMPLE)].contains(&0);
    if !has_nul && let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), charset: UTF_8.name(), rule: "utf-8", undecodable: text.matches('\u{fffd}').count() };
    }
    let declared = [hint.map(str::to_owned), declared_in(bytes)].into_iter().flatten();
    for encoding in declared.filter_map(|label| known(&label)) {
        if lost_share(encoding, bytes) < 0.01 {
            return decoded(encoding, bytes, "declared");
        }
    }
    if has_nul && utf16_pairs(bytes).is_none() && std::str::from_utf8(bytes).is_ok() {
        return decoded(UTF_8, bytes, "utf-8");
    }
    // UTF-8 with a few damaged characters, or cut at its end, is UTF-8 still.
    let mut best = (UTF_8, plausibility(UTF_8, bytes));
    for encoding in [GB18030, BIG5, UTF_16LE, UTF_16BE] {
        let score = plausibility(encoding, bytes);
        if score > best.1 {
            best = (encoding, score);
        }
    }
    let mut decoded = decoded(best.0, bytes, "evidence");
    // Bytes of any kind are characters of some encoding. A text of which no part is what reports are made
    // of is none in this one, whatever its bytes can be read as.
    let beyond_ascii = decoded.text.chars().filter(|c| !c.is_ascii()).count();
    if best.1 < IMPLAUSIBLE && beyond_ascii > WEIGHTY {
        decoded.undecodable = decoded.undecodable.max(beyond_ascii);
    }
    decoded
}

fn decoded(encoding: &'static Encoding, bytes: &[u8], rule: &'static str) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let text = text.into_owned();
    let undecodable = text.matches('\u{fffd}').count();
    Decoded { text, charset: encoding.name(), rule, undecodable }
}

/// The encoding that a label means. Labels of the GB family mean its superset; one-byte encodings hold no
/// Chinese and are a server's default, not a statement.
fn known(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']);
    let label = if label.eq_ignore_ascii_case("gb_2312") || label.eq_ignore_ascii_case("cp936") { "gbk" } else { label };
    let encoding = Encoding::for_label(label.as_bytes())?;
    match encoding.name() {
        "GBK" | "gb18030" => Some(GB18030),
        "UTF-8" | "Big5" => Some(encoding),
        _ => None,
    }
}

/// The encoding that a page or an XML document states in its first bytes, which are ASCII in all of them.
fn declared_in(bytes: &[u8]) -> Option<String> {
    let head: String = bytes.iter().take(4096).map(|b| char::from(*b).to_ascii_lowercase()).collect();
    let value = |from: usize| {
        let rest = head[from..].trim_start_matches(['"', '\'', ' ', '=']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.".contains(c))).unwrap_or(rest.len());
        (end > 0).then(|| rest[..end].to_owned())
    };
    if head.trim_start().starts_with("<?xml")
        && let Some(at) = head.find("encoding")
        && head.find("?>").is_some_and(|end| at < end)
    {
        return value(at + "encoding".len());
    }
    let mut from = 0;
    while let Some(at) = head[from..].find("<meta").map(|at| from + at) {
        let end = head[at..].find('>').map_or(head.len(), |end| at + end);
        if let Some(charset) = head[at..end].find("charset") {
            return value(at + charset + "charset".len());
        }
        from = end;
    }
    None
}

/// The part of a sample that is lost in an encoding: lost characters of all beside ASCII.
fn lost_share(encoding: &'static Encoding, bytes: &[u8]) -> f64 {
    let weighed = weigh(encoding, bytes);
    weighed.lost / weighed.beyond_ascii.max(1.0)
}

struct Weighed {
    lost: f64,
    beyond_ascii: f64,
    common: f64,
    odd: f64,
    all: f64,
}

fn weigh(encoding: &'static Encoding, bytes: &[u8]) -> Weighed {
    use std::collections::HashSet;
    use std::sync::LazyLock;
    static SET: LazyLock<HashSet<char>> = LazyLock::new(|| COMMON.chars().collect());
    let cut = bytes.len() > SAMPLE;
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let (text, _) = encoding.decode_without_bom_handling(sample);
    // A sample is cut anywhere: what its last character lost is no evidence.
    let text = if cut { text.trim_end_matches('\u{fffd}') } else { &text };
    let mut weighed = Weighed { lost: 0.0, beyond_ascii: 0.0, common: 0.0, odd: 0.0, all: 0.0 };
    for c in text.chars() {
        weighed.all += 1.0;
        if c.is_ascii() {
            weighed.odd += f64::from(u8::from(c.is_control() && !c.is_whitespace()));
            continue;
        }
        weighed.beyond_ascii += 1.0;
        match c {
            '\u{fffd}' => weighed.lost += 1.0,
            '\u{e000}'..='\u{f8ff}' | '\u{80}'..='\u{9f}' | '\u{20000}'.. => weighed.odd += 1.0,
            c if SET.contains(&c) => weighed.common += 1.0,
            _ => {}
        }
    }
    weighed
}

/// How much bytes look like Chinese text in an encoding: the share of common characters, less what is
/// lost or odd. Between -1 and 1.
fn plausibility(encoding: &'static Encoding, bytes: &[u8]) -> f64 {
    let weighed = weigh(encoding, bytes);
    if weighed.beyond_ascii == 0.0 {
        return -weighed.odd / weighed.all.max(1.0);
    }
    (weighed.common - 2.0 * weighed.lost - weighed.odd) / weighed.beyond_ascii
}

/// The order of bytes where every second one is mostly nothing: UTF-16 of ASCII markup.
fn utf16_pairs(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let nul = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 8 > sample.len() / 2;
    match (nul(0), nul(1)) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, GB18030};

    use super::*;

    const HANS: &str = "全年主动公开政府信息112条，其中政府网站58条。收到依申请公开0件。";
    const HANT: &str = "全年主動公開政府信息112條，其中政府網站58條。收到依申請公開0件。";

    fn way(bytes: &[u8], hint: Option<&str>) -> Result<(String, &'static str, &'static str), ReadError> {
        decode(bytes, hint).map(|d| (d.text, d.charset, d.rule))
    }

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn each_rule_decides_in_its_order() -> Result<(), ReadError> {
        let marked = ["\u{feff}", HANS].concat();
        assert_eq!(way(marked.as_bytes(), Some("gbk"))?, (HANS.to_owned(), "UTF-8", "bom"));
        assert_eq!(way(HANS.as_bytes(), Some("gbk"))?, (HANS.to_owned(), "UTF-8", "utf-8"));
        let gbk = GB18030.encode(HANS).0;
        assert_eq!(way(&gbk, Some("gb2312"))?, (HANS.to_owned(), "gb18030", "declared"));
        assert_eq!(way(&gbk, None)?, (HANS.to_owned(), "gb18030", "evidence"));
        assert_eq!(way(&gbk, Some("utf-8"))?, (HANS.to_owned(), "gb18030", "evidence"));
        assert_eq!(way(&gbk, Some("iso-8859-1"))?, (HANS.to_owned(), "gb18030", "evidence"));
        let big5 = BIG5.encode(HANT).0;
        assert_eq!(way(&big5, None)?, (HANT.to_owned(), "Big5", "evidence"));
        assert_eq!(way(&big5, Some("big5"))?.2, "declared");
        let hant_in_gbk = GB18030.encode(HANT).0;
        assert_eq!(way(&hant_in_gbk, None)?, (HANT.to_owned(), "gb18030", "evidence"));
        Ok(())
    }

    #[test]
    fn a_page_states_its_encoding() -> Result<(), ReadError> {
        for head in
            ["<meta charset=gb2312>", "<META http-equiv=x content=\"text/html; charset=GBK\">", "<?xml version='1.0' encoding='gbk'?>"]
        {
            let page = [head, HANS].concat();
            assert_eq!(way(&GB18030.encode(&page).0, None)?, (page, "gb18030", "declared"));
        }
        Ok(())
    }

    #[test]
    fn utf16_without_a_mark_is_told_by_evidence() -> Result<(), ReadError> {
        for big in [false, true] {
            for text in [HANS, "<html><body>公开12条</body></html>"] {
                let (read, charset, rule) = way(&utf16(text, big), None)?;
                assert_eq!((read.as_str(), charset, rule), (text, if big { "UTF-16BE" } else { "UTF-16LE" }, "evidence"));
            }
        }
        let marked = [b"\xFF\xFE".to_vec(), utf16(HANS, false)].concat();
        assert_eq!(way(&marked, None)?, (HANS.to_owned(), "UTF-16LE", "bom"));
        Ok(())
    }

    #[test]
    fn damage_is_counted_and_too_much_of_it_refused() -> Result<(), ReadError> {
        let cut = &HANS.as_bytes()[..HANS.len() - 1];
        let read = decode(cut, None)?;
        assert_eq!((read.charset, read.undecodable), ("UTF-8", 1));
        let mut garbage = Vec::new();
        let mut state = 1u32;
        for _ in 0..4000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            garbage.push((state >> 24) as u8);
        }
        assert!(decode(&garbage, None).is_err());
        Ok(())
    }
}
