//! Stated zeros: `zero_before`, `zero_after`, `zero_section`.

use std::ops::Range;

use super::super::clauses::{Kind, Token, tokens};
use super::super::quantity::figures;
use super::meaning::is_application;
use super::{Label, Walk};

use crate::extract::{Mention, Period, Qualifier};
use crate::knowledge::{CodeId, Frame, Role, Section, Target, UnitSet};

impl Walk<'_, '_, '_> {
    /// 未收到, 无, 没有发生: zero for what follows; where nothing follows, for what stands before.
    pub(super) fn negation(&mut self, i: usize) -> usize {
        let end = (i + 1..self.tokens.len())
            .find(|k| {
                let t = &self.tokens[*k];
                matches!(t.kind, Kind::Comma | Kind::Semicolon | Kind::Stop | Kind::Open | Kind::Close) || t.is(Role::Negation)
            })
            .unwrap_or(self.tokens.len());
        // 无行政复议0件: the figure itself says it; 没有发生一起投诉 counts nothing.
        let counts =
            |t: &Token| t.quantity().is_some_and(|q| q.class != UnitSet::PERCENT) && !self.reader.text[t.span.clone()].starts_with('一');
        if self.tokens[i + 1..end].iter().any(counts) {
            return i + 1;
        }
        // 21个部门没有收到申请, 个别单位未收到申请: of some bodies only.
        let before = &self.tokens[self.clause..i];
        let some = before.iter().any(|t| t.quantity().is_some_and(|q| q.unit == "个" && self.counts_bodies(q.full.end)))
            || ["个别", "部分", "多数", "有的", "一些"]
                .iter()
                .any(|w| before.iter().any(|t| self.reader.text[t.span.clone()].starts_with(w)));
        if some {
            return end;
        }
        // 未收到通过来信、来访提出的政府信息公开申请: the ways before it.
        let last = self.labels(i..end).into_iter().next();
        let is_asked = last.is_some_and(|l| l.near && is_application(self.reader.book, &l));
        if self.is_others(self.clause..end) || (!is_asked && self.tokens[i..end].iter().any(|t| t.is(Role::Foreign))) {
            return end;
        }
        // 行政诉讼无败诉情况: of the suits that the words before name.
        let subject = self.labels(self.clause..i).iter().find_map(|l| {
            let review = l.entry.senses.iter().find(|s| s.within.is_empty() && !s.part && s.frame.is_some_and(Frame::is_review));
            review.and_then(|s| s.frame)
        });
        self.context.frame = subject.or(self.context.frame);
        let mut ranges = self.groups(i + 1..end);
        if self.tokens[i].label().is_some() {
            ranges.insert(0, i..i + 1);
        }
        let cause = self.tokens[i..end].iter().any(|t| t.is(Role::Cause)) || self.reader.text[self.tokens[i].span.clone()].contains('因');
        if self.zeros(&ranges, i, cause, "zero_before") == 0 {
            self.nil(self.clause, i, i);
        }
        end
    }

    /// 为零, 均无: zero for the labels between two tokens; `words` is the token that says so.
    pub(super) fn nil(&mut self, from: usize, to: usize, words: usize) {
        if self.tokens[from..to].iter().any(|t| t.quantity().is_some() || t.is(Role::Foreign)) {
            return;
        }
        let ranges = self.coordinated(from, to);
        let cause = self.tokens[from..to].iter().any(|t| t.is(Role::Cause));
        if self.zeros(&ranges, words, cause, "zero_after") > 0 {
            return;
        }
        // The sentence says nothing else: its heading names what there is none of.
        let alone = self.tokens.iter().all(|t| t.label().is_none() || t.role().is_some()) && self.tokens.len() < 16;
        let reviewed = matches!(self.reader.section, Section::Applications | Section::Review | Section::Fees);
        if alone && reviewed && !self.tokens.iter().any(|t| t.quantity().is_some()) {
            let heading = self.reader.heading.clone();
            let list = tokens(&heading, 0, figures(&heading));
            let mut codes = Vec::new();
            let review = list.iter().filter_map(Token::label).any(|e| e.senses.iter().any(|s| s.frame.is_some_and(Frame::is_review)));
            for entry in list.iter().filter_map(Token::label) {
                let sense = entry.senses.iter().find(|s| s.zero && !s.part && s.within.is_empty());
                if let Some(Target::Code(code)) = sense.map(|s| s.target)
                    && !codes.contains(&code)
                    && !(review && Frame::of(code) == Frame::APPLICATIONS)
                {
                    codes.push(code);
                }
            }
            for code in codes {
                self.zero(code, words, "zero_section");
            }
        }
    }

    /// Takes a zero for each group of labels; returns how many were taken.
    pub(super) fn zeros(&mut self, ranges: &[Range<usize>], words: usize, cause: bool, rule: &'static str) -> usize {
        let mut groups: Vec<Vec<Label>> = ranges.iter().map(|r| self.labels(r.clone())).collect();
        if rule == "zero_after" {
            // 收费标准未出台: of an unknown thing between label and words there is no zero.
            for labels in &mut groups {
                labels.retain(|l| l.near);
            }
        }
        let review = groups
            .iter()
            .flatten()
            .any(|l| l.entry.senses.iter().any(|s| s.zero && s.within.is_empty() && s.frame.is_some_and(|f| f.priority() >= 5)));
        let mut codes: Vec<CodeId> = Vec::new();
        let book = self.reader.book;
        let mut inherited = self.context.frame;
        for labels in &groups {
            let mut best: Option<(CodeId, Frame)> = None;
            for label in labels {
                for sense in label.entry.senses.iter().filter(|s| s.zero && !s.part) {
                    let (Target::Code(code), Some(frame)) = (sense.target, sense.frame) else { continue };
                    let fits = sense.within.is_empty() || inherited.is_some_and(|f| sense.within.contains(&f));
                    // 无结转下年度的申请: of what is carried over, not of applications.
                    let closer = best.is_some_and(|(c, b)| {
                        b == frame
                            && book[c].indicator == "applications.received"
                            && book[code].indicator.starts_with("applications.carried")
                    });
                    if fits && (closer || best.is_none_or(|(_, b)| frame.priority() > b.priority())) {
                        best = Some((code, frame));
                    }
                }
            }
            // 当面申请、传真申请数均为零: of ways to apply, in words of a list.
            let way = labels.iter().filter(|_| best.is_none() && rule == "zero_after" && groups.len() > 1).find_map(|l| {
                let applies = self.reader.text[self.tokens[l.token].span.clone()].contains("申请");
                l.entry.senses.iter().filter(|s| applies && s.part).find_map(|s| match s.target {
                    Target::Code(code) if book[code].dimension == "means" => Some((code, Frame::APPLICATIONS)),
                    _ => None,
                })
            });
            best = best.or(way);
            if best.is_some_and(|(_, f)| f == Frame::APPLICATIONS && cause && review) {
                continue;
            }
            let frame = best.map(|(_, f)| f).or(inherited);
            // 未发生行政诉讼被纠错: of the result, not of the case.
            let part = labels.iter().find_map(|l| {
                l.entry.senses.iter().find(|s| s.zero && s.part && s.frame == frame && frame.is_some_and(Frame::is_review)).and_then(|s| {
                    match s.target {
                        Target::Code(code) => Some(code),
                        _ => None,
                    }
                })
            });
            let mut group: Vec<CodeId> = part.or(best.map(|(c, _)| c)).into_iter().collect();
            // 复议诉讼: side by side, without a mark between.
            if part.is_none() && frame.is_some_and(Frame::is_review) {
                let others = labels.iter().filter_map(|l| {
                    l.entry
                        .senses
                        .iter()
                        .find(|s| s.zero && !s.part && s.within.is_empty() && s.frame.is_some_and(Frame::is_review))
                        .map(|s| s.target)
                });
                group.extend(others.filter_map(|t| if let Target::Code(code) = t { Some(code) } else { None }));
            }
            // 未发生行政复议和行政诉讼被撤销: of the results of both, not of the cases.
            if part.is_some() && rule == "zero_before" {
                codes.retain(|code| !Frame::of(*code).is_review() || !book[*code].dimension.is_empty());
            }
            for code in group {
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
            inherited = frame;
        }
        // 未制发规章、行政规范性文件: none was issued.
        let word = &self.reader.text[self.tokens[words].span.clone()];
        let issues = ["制发", "制定", "出台", "印发"].iter().any(|verb| word.contains(verb));
        let issued = book.find("proactive.normative_documents_issued", "", "").filter(|_| issues);
        for code in &mut codes {
            *code = issued.filter(|_| book[*code].indicator == "proactive.normative_documents").unwrap_or(*code);
        }
        for code in &codes {
            self.zero(*code, words, rule);
        }
        if let Some(code) = codes.last() {
            self.context.frame = Some(Frame::of(*code));
            self.context.foreign = false;
        }
        codes.len()
    }

    pub(super) fn zero(&mut self, code: CodeId, words: usize, rule: &'static str) {
        let period = match self.period_of(&self.tokens[self.clause..words], words).or(self.sentence_period) {
            Some(Period::PreviousYear) => Period::PreviousYear,
            // None since the beginning is none this year.
            Some(Period::PartYear) if !self.tokens[self.clause..words].iter().any(|t| t.value() == "start") => Period::PartYear,
            _ => Period::Year,
        };
        let span = self.tokens[words].span.clone();
        let fact = self.push(code, period, 0.0, Qualifier::ZeroStated, span.clone(), rule);
        let unit = if self.reader.book[code].unit == "yuan" { "元" } else { "件" };
        self.reader.out.mentions.push(Mention {
            span,
            value: Some(0.0),
            value_high: None,
            unit: unit.to_owned(),
            qualifier: Qualifier::ZeroStated,
            label: self.reader.book[code].label_zh.clone(),
            section: self.reader.heading.clone(),
            fact: Some(fact),
            reason: None,
        });
    }
}
