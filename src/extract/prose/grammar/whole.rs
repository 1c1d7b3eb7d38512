//! What words say of a figure before them as a whole: `all_of`.

use std::ops::Range;

use super::super::clauses::{Kind, Token};
use super::meaning::is_frame_word;
use super::{Context, Label, Taken, Walk, Whole};

use crate::extract::{Period, Qualifier};
use crate::knowledge::{CodeId, Frame, Role, Target};

impl Walk<'_, '_, '_> {
    /// 2件都涉及个人隐私; 5件全部按时办结: what the words behind say of the whole figure.
    pub(super) fn all_in_window(&mut self, i: usize, period: Period) {
        let end = self.boundary(i + 1, false);
        if let Some(all) = (i + 1..end).find(|k| self.tokens[*k].is(Role::All)) {
            self.all_of(all + 1..end, i, period);
        }
    }

    /// Gives the labels of a range the figure of a token.
    pub(super) fn all_of(&mut self, range: Range<usize>, figure: usize, period: Period) -> bool {
        let Some(quantity) = self.tokens[figure].quantity().filter(|q| q.high.is_none()) else { return false };
        let whole = Whole { value: quantity.value, qualifier: quantity.qualifier, span: quantity.span.clone(), class: quantity.class };
        self.all_of_whole(range, &whole, period)
    }

    /// Gives the labels of a range a figure that was taken before.
    pub(super) fn all_of_whole(&mut self, range: Range<usize>, whole: &Whole, period: Period) -> bool {
        let Some(frame) = self.context.frame else { return false };
        let mut codes: Vec<CodeId> = Vec::new();
        for label in self.labels(range) {
            let told = label.entry.senses.iter().find(|s| {
                s.after && (s.within.is_empty() || s.within.contains(&frame)) && (s.frame == Some(frame) || s.within.contains(&frame))
            });
            if let Some(Target::Code(code)) = told.map(|s| s.target)
                && !codes.contains(&code)
            {
                codes.push(code);
            }
        }
        let book = self.reader.book;
        if whole.span.start < self.span.start {
            // A sentence on: only that all were handled, 均已按时答复.
            codes.retain(|c| book[*c].dimension.is_empty() || book[*c].dimension == "timeliness");
        }
        // 受理34件,已办结33件,均按流程办理: how many were handled is said.
        let handled = |c: CodeId| {
            matches!(book[c].indicator.as_str(), "applications.completed" | "applications.answered" | "applications.result")
                && (book[c].dimension.is_empty() || book[c].dimension == "timeliness")
        };
        let said = self.reader.out.facts.iter().rev().take_while(|f| f.span.start >= self.span.start.min(whole.span.start));
        let mut said = said.filter(|f| handled(f.code) && f.span.start > whole.span.start);
        if said.any(|f| f.value != Some(whole.value)) {
            codes.retain(|c| !handled(*c));
        }
        if codes.len() > 2 {
            return false;
        }
        for code in codes.clone() {
            if book[code].category == "on_time" {
                codes.extend(book.find("applications.completed", "", ""));
            }
        }
        let keep = self.context.clone();
        for code in &codes {
            let qualifier = if whole.value == 0.0 { Qualifier::ZeroStated } else { whole.qualifier };
            let fact = self.push(*code, period, whole.value, qualifier, whole.span.clone(), "all_of");
            self.remember(Taken { code: *code, period, fact, class: whole.class });
        }
        let taken = !codes.is_empty();
        if taken {
            self.context = Context { dimension: self.context.dimension, ..keep };
        }
        taken
    }

    /// Ends a clause: a clause without a figure may say something of the figure before it, or name the
    /// channel that the next clause is about.
    /// In brackets it says it of the figure right before them.
    pub(super) fn close_clause(&mut self, end: usize, counted: bool, in_brackets: bool) {
        let taken_before = std::mem::replace(&mut self.taken_before, self.reader.out.facts.len());
        // 3名申请人提起诉讼,法院驳回2件: a figure that nothing claims leaves its clause a subject.
        let unclaimed = counted && taken_before == self.reader.out.facts.len();
        if (counted && !unclaimed) || self.clause >= end {
            return;
        }
        let range = self.clause..end;
        let labels = self.labels(range.clone());
        if self.tokens[range.clone()].iter().any(|t| t.is(Role::Foreign)) && labels.iter().all(|l| !is_frame_word(l)) {
            self.context.foreign = true;
        }
        // 作为复议机关办理行政复议案件14起: what follows is said of those.
        if unclaimed && self.tokens[range.clone()].iter().any(|t| t.is(Role::Foreign)) {
            return;
        }
        let negated = self.tokens[range.clone()].iter().any(|t| t.is(Role::Negation) || t.is(Role::Nil));
        let all = self.tokens[range.clone()].iter().position(|t| t.is(Role::All)).map(|at| range.start + at);
        // 不予公开3件,其余均予以公开: of what is left over, whose figure is not said.
        let is_rest = |l: &Label| l.entry.senses.iter().any(|s| s.target == Target::Rest);
        if all.is_some_and(|all| self.labels(range.start..all).iter().any(is_rest)) {
            return;
        }
        let all = all.is_some();
        if let (Some(last), false, false) = (self.context.last, negated, unclaimed) {
            // The whole of a frame, not its last part: 29件,其中网络20件、信函9件,均按时办结.
            let of_frame = |t: &Taken| !in_brackets && Some(Frame::of(t.code)) == self.context.frame;
            let base = self.context.total.filter(of_frame).unwrap_or(last);
            // 网上申请251件。全部申请都已答复: a part said in another sentence is not all.
            let is_part = !self.reader.book[base.code].dimension.is_empty();
            let is_said_before = self.reader.out.facts.get(base.fact).is_some_and(|f| f.span.start < self.span.start);
            let is_stock = self.reader.book[base.code].indicator.starts_with("applications.carried");
            if all && ((is_part && is_said_before) || is_stock) {
                return;
            }
            let single = self.reader.out.facts.get(base.fact).is_some_and(|f| f.value == Some(1.0));
            let elliptic = self.answers_at_once(base);
            if (all || single || elliptic) && !self.context.foreign {
                let whole = self.reader.out.facts.get(base.fact).map(|f| Whole {
                    value: f.value.unwrap_or_default(),
                    qualifier: f.qualifier,
                    span: f.span.clone(),
                    class: base.class,
                });
                let decided = self.decided_before(base).filter(|_| all && !in_brackets);
                let whole = decided.or(whole);
                if whole.is_some_and(|w| self.all_of_whole(range.clone(), &w, base.period)) {
                    return;
                }
            }
        }
        // 转发主流媒体信息: what others do is no way of the body's own.
        let forwards = |t: &Token| t.is(Role::Foreign) && self.reader.text[t.span.clone()].starts_with('转');
        if !negated && !unclaimed && !self.tokens[range.clone()].iter().any(forwards) {
            let noted = self.context.channel;
            self.note_channel(&labels);
            self.context.speaks = (self.context.speaks && noted.is_some()) || self.begins_with_channel(&labels);
        }
        if let Some(frame) = labels.iter().filter(|l| l.near || is_frame_word(l)).find_map(|l| {
            l.entry
                .senses
                .iter()
                .find(|s| s.within.is_empty() && !s.part && !s.weak && !s.verb && s.frame.is_some_and(|f| f.priority() > 1))
                .and_then(|s| s.frame)
                .filter(|f| !unclaimed || f.is_review())
        }) {
            if !self.context.breakdown {
                self.context.frame = Some(frame);
                self.context.foreign = false;
            }
        } else if self.context.frame.is_none() && labels.iter().any(|l| l.entry.senses.iter().any(|s| s.strong)) {
            self.context.frame = Some(Frame::PROACTIVE);
        }
    }

    /// 收到14件,已按规定时间完成答复: whether a clause right behind the figure of what came in says what became of it.
    fn answers_at_once(&self, base: Taken) -> bool {
        let text = self.reader.text;
        let Some(fact) = self.reader.out.facts.get(base.fact) else { return false };
        let first = self.tokens[self.clause..].first().map_or(self.span.end, |t| t.span.start);
        let between = text.get(fact.span.end..first).unwrap_or_default();
        let is_next = between.matches(['，', ',']).count() == 1 && !between.contains(['。', '；', ';', '(', '（']);
        let received = ["applications.received", "applications.new"].contains(&self.reader.book[base.code].indicator.as_str());
        let last = self.context.last.is_some_and(|last| last.fact == base.fact);
        is_next && received && last && ["已", "按", "在法定", "在规定", "依法", "及时"].iter().any(|word| text[first..].starts_with(word))
    }

    /// Whether nothing but whose it is stands before the one channel of a sentence's first clause.
    fn begins_with_channel(&self, labels: &[Label]) -> bool {
        const OWNERS: [char; 14] = ['府', '省', '市', '县', '区', '旗', '局', '委', '厅', '办', '院', '镇', '乡', '道'];
        /// What is done to a channel, not by it.
        const CARE: [&str; 8] = ["建设", "管理", "运维", "改版", "升级", "维护", "安全", "规范"];
        let Some(channel) = labels.last().filter(|_| self.context.channel.is_some()) else { return false };
        let text = self.reader.text;
        let is_owner = |t: &Token| {
            let named = t.kind == Kind::Gap && text[t.span.clone()].ends_with(OWNERS);
            let quoted = t.is(Role::Filler) || t.is(Role::Period) || t.is(Role::Place) || t.is(Role::Body);
            named || quoted || matches!(t.kind, Kind::Year(_) | Kind::Month | Kind::Comma)
        };
        let after = &text[self.tokens[channel.token].span.end..];
        self.tokens[..channel.token].iter().all(is_owner) && !CARE.iter().any(|care| after.starts_with(care))
    }

    /// 提起诉讼22件,法院已判决18件,全部胜诉: of the cases that were decided, though no label claims their figure.
    fn decided_before(&self, cases: Taken) -> Option<Whole> {
        let before = self.tokens[..self.clause].iter().rev().find_map(Token::quantity)?;
        let fact = self.reader.out.facts.get(cases.fact)?;
        let between = self.reader.text.get(fact.span.end..before.span.start)?;
        let part = between.contains("其中") || between.contains(['(', '（']);
        let counts = before.high.is_none() && before.class.meets(cases.class) && Frame::of(cases.code).is_review();
        let claimed = self.reader.out.facts.iter().rev().take_while(|f| f.span.start >= self.span.start).any(|f| f.span == before.span);
        (counts && !part && !claimed).then(|| Whole {
            value: before.value,
            qualifier: before.qualifier,
            span: before.span.clone(),
            class: before.class,
        })
    }
}
