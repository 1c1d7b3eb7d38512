//! Figures of one sentence that compete for one row: the arithmetic settles it, else none is taken.

use crate::extract::{Extraction, Fact};
use crate::knowledge::{Frame, codebook};

/// Why a figure was given up.
const PART: &str = "a part of the figure that was taken for this row: with others of its sentence it adds up to it, or stands under it";
const PIECE: &str = "its sentence says this row several times, and the figures do not say of what the whole is";
const WIDER: &str = "a whole of which this row is a part: behind it stands how many of them concern disclosure";
/// Bytes between two figures that stand side by side in a list.
const SIDE_BY_SIDE: usize = 40;
/// How far a sum may lie from its whole, as a share of it: figures in 万 are rounded.
const ROUNDING: f64 = 1e-6;

/// Settles what one sentence says of one row with several figures: 市级4.6万条,县级21.3万条,合计25.9万条 keeps
/// the whole; of 省建议3件、市建议12件 or 撤销1件、责令履行1件 each is a piece, and the sum is not said.
pub(super) fn settle(mut prose: Extraction, text: &str) -> Extraction {
    let key = |at: &usize| {
        let fact: &Fact = &prose.facts[*at];
        (fact.context.start, fact.code, fact.applicant, fact.period, fact.subject.as_str())
    };
    let mut said: Vec<usize> = (0..prose.facts.len()).filter(|at| prose.facts[*at].value.is_some()).collect();
    said.sort_by_key(key);
    let mut reasons: Vec<Option<&'static str>> = vec![None; prose.facts.len()];
    for figures in said.chunk_by(|one, other| key(one) == key(other)).filter(|figures| figures.len() > 1) {
        let values: Vec<f64> = figures.iter().filter_map(|at| prose.facts[*at].value).collect();
        let sum: f64 = values.iter().sum();
        let differ = values.iter().any(|v| *v != values[0]);
        let whole = values.iter().position(|v| values.len() > 2 && (sum - 2.0 * v).abs() <= ROUNDING * sum && *v > 0.0);
        let beside = figures.windows(2).any(|two| {
            let (first, second) = (&prose.facts[two[0]].span, &prose.facts[two[1]].span);
            first.end < second.start && second.start - first.end <= SIDE_BY_SIDE
        });
        // 网站群发布3.6万条(县门户1.2万条): a part in brackets or behind 其中.
        let (first, second) = (&prose.facts[figures[0]], &prose.facts[figures[1]]);
        let between = text.get(first.span.end..second.span.start).unwrap_or_default();
        let opened = values[0] > values[1] && ["其中", "内有", "(", "（"].iter().any(|o| between.contains(o));
        // 行政复议5件,其中涉及信息公开1件: the part is the row, and the whole is none.
        let narrowed = opened && between.contains("信息公开") && Frame::of(first.code).is_review();
        let whole = if narrowed { Some(1) } else { whole.or(opened.then_some(0)) };
        let whole = whole.or_else(|| literal(figures.iter().map(|at| &prose.facts[*at]), text));
        let reason = match whole {
            Some(_) if narrowed => WIDER,
            Some(_) => PART,
            None if has_pieces(&prose.facts[figures[0]]) && (differ || (beside && sum != 0.0)) => PIECE,
            None => continue,
        };
        for (_, at) in figures.iter().enumerate().filter(|(n, _)| whole != Some(*n)) {
            reasons[*at] = Some(reason);
        }
    }
    for mention in &mut prose.mentions {
        mention.reason = mention.fact.and_then(|fact| reasons.get(fact).copied().flatten());
    }
    let kept: Vec<bool> = reasons.iter().map(Option::is_none).collect();
    prose.keep(&kept)
}

/// Of several things of one topic the one that bears its name: 工作动态32条、重点工作1条.
fn literal<'f>(figures: impl Iterator<Item = &'f Fact>, text: &str) -> Option<usize> {
    let is_named = |fact: &Fact| {
        let code = &codebook()[fact.code];
        let before = &text[fact.context.start.min(fact.span.start)..fact.span.start];
        let label = before.rsplit(['，', ',', '、', '；', ';', '：', ':', '。', '\n', '条', '件', '次', ' ']).next().unwrap_or_default();
        let label = label.trim_start_matches("其中").trim_end_matches("信息").trim_end_matches('类');
        // 新闻发布会15次、新闻通气会6次; 4次新闻发布会,1次通气会.
        let behind = text[fact.span.end..].chars().skip(1).take("新闻发布会".chars().count()).eq("新闻发布会".chars());
        let conference = code.indicator == "response.press_conferences" && (label.ends_with("新闻发布会") || behind);
        conference || (code.dimension == "topic" && code.label_zh.split('、').any(|name| name == label))
    };
    let mut named = figures.enumerate().filter(|(_, fact)| is_named(fact)).map(|(at, _)| at);
    named.next().filter(|_| named.next().is_none())
}

/// Whether several figures of a sentence for this row are pieces of it. Of the totals of items and cases the
/// first is the headline, and what follows repeats or narrows it.
fn has_pieces(fact: &Fact) -> bool {
    let code = &codebook()[fact.code];
    let families = ["proposals.", "meetings.", "training.", "response."];
    !code.dimension.is_empty() || code.indicator == "organisation.reading_points" || families.iter().any(|f| code.indicator.starts_with(f))
}

#[cfg(test)]
mod tests {
    use super::{PART, PIECE};
    use crate::read::{Hints, from_text};
    use crate::repair::repair;

    #[test]
    fn a_figure_given_up_says_why() -> Result<(), Box<dyn std::error::Error>> {
        for (text, kept, reasons) in [
            ("上山乡公开12条,下水乡公开30条,合计公开42条。", vec![42.0], vec![Some(PART), Some(PART), None]),
            ("办理市人大代表建议3件、省人大代表建议12件。", vec![], vec![Some(PIECE), Some(PIECE)]),
            ("办理人大代表建议3件、政协提案12件。", vec![3.0, 12.0], vec![None, None]),
        ] {
            let extraction = super::super::read(&repair(&from_text(text, &Hints::default())?), None);
            assert_eq!(extraction.facts.iter().filter_map(|f| f.value).collect::<Vec<_>>(), kept, "{text}");
            assert_eq!(extraction.mentions.iter().map(|m| m.reason).collect::<Vec<_>>(), reasons, "{text}");
        }
        Ok(())
    }
}
