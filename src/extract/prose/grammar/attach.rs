//! Attaching one figure: `label_before`, `label_after`, `carry`, `twin`, `bare_total`, `channel_subject`,
//! `growth`.

use std::ops::Range;

use super::super::clauses::{Kind, Token};
use super::super::quantity::Quantity;
use super::meaning::{combined, is_application};
use super::{FORM_OF_OUTCOMES, Label, Reading, Taken, Walk};

use crate::extract::{Applicant, Fact, Period};
use crate::knowledge::{CodeId, Frame, Role, Sense, Target, UnitSet};

/// What a bare number is rather a year than a count of.
const YEARS: std::ops::RangeInclusive<f64> = 2000.0..=2035.0;

impl Walk<'_, '_, '_> {
    /// Attaches the figure at a token.
    pub(super) fn attach(&mut self, i: usize) {
        let Some(quantity) = self.tokens[i].quantity().cloned() else { return };
        let window = self.window..i;
        if quantity.class == UnitSet::PERCENT {
            self.growth(i);
            return;
        }
        let has = |role: Role| self.tokens[window.clone()].iter().any(|t| t.is(role));
        // 收到申请30件,来信9件: in this frame the word is a label.
        let at_home = |t: &Token| {
            let fits = |s: &Sense| {
                s.units.meets(quantity.class) && self.context.frame.is_some_and(|f| s.within.contains(&f)) && (!s.under || self.is_under(s))
            };
            t.label().is_some_and(|e| e.senses.iter().any(fits))
        };
        let named = self.labels(window.clone());
        let mut labels = named.clone();
        let is_one_of_list = self.set_aside_objects(i, &mut labels);
        // 公开社会保障、群众关注的热点等信息86条: no more than an object.
        let objects = if labels.len() < named.len() { labels[0].token + 1 } else { i };
        if self.tokens[window.start..objects].iter().any(|t| t.is(Role::Foreign) && !at_home(t)) {
            let labels = named;
            self.note_channel(&labels);
            self.context.foreign = true;
            self.context.frame = None;
            self.context.last = None;
            return;
        }
        let counted_every = self.tokens[self.clause..i].iter().rev().take_while(|t| t.kind != Kind::Comma).any(|t| t.is(Role::Every));
        let demanded =
            self.reader.text[quantity.full.clone()].starts_with("不少于") || self.reader.text[quantity.full.clone()].starts_with("不低于");
        if quantity.high.is_some() || counted_every || demanded || has(Role::Share) || self.of_others(i) {
            return;
        }
        let end = self.boundary(i + 1, false);
        if self.tokens[i + 1..end].iter().any(|t| t.is(Role::Plan)) {
            return;
        }
        if self.carries_over(i) {
            return;
        }
        // 共有18家单位收到申请.
        if quantity.unit == "个" && (self.counts_bodies(quantity.full.end) || self.counts_columns(quantity.full.end)) {
            return;
        }
        let made = window.clone().rev().find(|k| self.tokens[*k].is(Role::Produced));
        if made.is_some_and(|made| self.labels(made + 1..i).is_empty()) {
            self.context.produced = true;
            return;
        }
        if self.by_applicant(i, quantity.class, &window) {
            return;
        }
        if self.classes_documents(&labels, quantity.class, i) {
            return;
        }
        // 产生政府信息45320条,其中属主动公开的38211条.
        let disclosed = |l: &Label| self.reader.text[self.tokens[l.token].span.clone()].contains("主动公开");
        if let Some(items) = self.reader.book.find("proactive.items", "", "")
            && self.context.produced
            && labels.first().is_some_and(|l| l.near && disclosed(l))
        {
            let period = self.period(i);
            self.claim(i, &Reading { strong: true, ..Reading::of(items) }, period, "label_before", &window);
            return;
        }
        if is_one_of_list || self.is_class_of_items(&labels) {
            return;
        }
        if quantity.class != UnitSet::MONEY && labels.first().is_some_and(|l| self.is_of_another_matter(l)) {
            (self.context.foreign, self.context.frame, self.context.last) = (true, None, None);
            return;
        }
        if let Some(matter) = self.matter(&labels, quantity.class) {
            self.context.matter = Some(matter);
            self.context.frame = Some(Frame::ARTICLE20);
        }
        if self.context.matter.is_none() && grew(&self.tokens[window.clone()]) {
            self.context.grew = self.name_items(&labels);
            return;
        }
        // 3 56 条: a number that was torn apart.
        let torn = |k: usize| {
            let bare = self.tokens.get(k).and_then(Token::quantity).is_some_and(|q| q.class == UnitSet::NONE);
            bare && self.tokens.get(k + 1).is_some_and(|t| matches!(t.kind, Kind::Quantity(_) | Kind::Number))
        };
        if torn(i) || (i > 0 && torn(i - 1)) {
            return;
        }
        // 2015-,我局编发…: a year that lost its sign.
        if quantity.class == UnitSet::NONE && YEARS.contains(&quantity.value) {
            return;
        }
        // 推3: a short verb before a bare number may be the end of a word.
        let is_short = |l: &Label| self.reader.text[self.tokens[l.token].span.clone()].chars().count() == 1;
        if quantity.class == UnitSet::NONE && labels.first().is_some_and(is_short) {
            return;
        }
        // 门户网站、96128、政务大厅: a name among others.
        let around = (self.reader.text[..quantity.full.start].ends_with('、'), &self.reader.text[quantity.full.end..]);
        let is_named = (around.0 && around.1.starts_with(['、', '和', '等', '及'])) || around.1.starts_with(['”', '’', '」']);
        if quantity.class == UnitSet::NONE && is_named {
            return;
        }
        // A bare number counts only where punctuation, the end or a known word follows it.
        if quantity.class == UnitSet::NONE && self.tokens.get(i + 1).is_some_and(|t| t.kind == Kind::Gap) {
            return;
        }
        if self.sentence_period.is_none() && self.clause_opens(i) {
            // 自开通以来 holds for the sentence; a month, for its clause.
            let since = self.tokens[..i].iter().any(|t| t.is(Role::Period) && t.value() == "start");
            let part = since || self.opens_with_part();
            let holds = |p: &Period| matches!(p, Period::Cumulative | Period::PreviousYear) || (part && *p == Period::PartYear);
            self.sentence_period = self.period_of(&self.tokens[..i], i).filter(holds);
        }
        let own = self.period_of(&self.tokens[self.clause..i], i);
        // 累计受理216件,今年受理48件,答复46件: what follows a time of its own is of that time.
        if own == Some(Period::Year) && self.sentence_period.is_some() {
            self.sentence_period = own;
        }
        let period = if self.context.frame == Some(Frame::ARTICLE20) { Period::Year } else { self.period(i) };
        let period = if own.is_none() && self.is_start_of_change(i) { Period::PreviousYear } else { period };
        let adjacent = !self.tokens[window.clone()].iter().any(|t| matches!(t.kind, Kind::Gap | Kind::Number) || t.is(Role::Opaque));
        // 减免12人次、共156元: what nobody paid.
        if quantity.class == UnitSet::MONEY && self.tokens[self.clause..i].iter().any(|t| t.value() == "waived") {
            return;
        }
        // What a suit cost is no fee of an applicant.
        if quantity.class == UnitSet::MONEY && labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame.is_some_and(Frame::is_review))) {
            return;
        }
        // 收到的申请中有2件结转至本年度: a part of what the label names, and what part stands behind it.
        let partitive = labels.first().is_some_and(|l| {
            let words = &self.reader.text[self.tokens[l.token].span.end..self.tokens[i].span.start];
            words.trim_start_matches('的').starts_with('中')
        });
        let before = if partitive { None } else { self.resolve(&labels, quantity.class, None) };
        if labels.first().is_some_and(|l| l.entry.senses.iter().any(|s| s.balance)) && !self.is_left_over(quantity.value) {
            return;
        }
        // 其余2件尚在审理: what is left over may be named behind the figure.
        let rest = labels.first().is_some_and(|l| l.near && l.entry.senses.iter().any(|s| s.target == Target::Rest));
        // 其余14件均同意公开: what is left over is what is said of all of it.
        if rest {
            let end = self.boundary(i + 1, false);
            let all = (i + 1..end).find(|k| self.tokens[*k].is(Role::All));
            if all.is_some_and(|all| self.all_of(all + 1..end, i, period)) {
                return;
            }
        }
        let needs_after = rest || before.as_ref().is_none_or(|r| r.weak);
        let (book, beside) = (self.reader.book, self.context.dimension);
        let beside = |reading: &Reading| {
            let carried_out = reading.codes.iter().all(|c| book[*c].indicator == "applications.carried_out");
            carried_out || beside.is_some_and(|d| reading.codes.iter().all(|c| book[*c].dimension == book[d].dimension))
        };
        if needs_after
            && let Some(reading) = self.after(i, &quantity, &labels)
            && !reading.codes.is_empty()
            && (!rest || beside(&reading))
        {
            // 32名专职人员、96名兼职人员: the label is spent.
            self.window_after = self.boundary(i + 1, true);
            let reading = self.as_issued(reading, &window);
            self.claim(i, &reading, period, "label_after", &window);
            self.all_in_window(i, period);
            return;
        }
        if let Some(mut reading) = before {
            if quantity.value == 0.0 && reading.codes.is_empty() {
                reading.codes = std::mem::take(&mut reading.joint);
            }
            if reading.codes.is_empty() {
                return;
            }
            // 通过网站收到申请0件: of the only way that is named, and so of all.
            let asked = quantity.value == 0.0 && labels.first().is_some_and(|l| l.near && is_application(self.reader.book, l));
            if let ([way], Some(all)) = (&reading.codes[..], self.reader.book.find("applications.received", "", ""))
                && asked
                && self.reader.book[*way].dimension == "means"
                && self.clause_opens(i)
            {
                reading.codes.push(all);
            }
            // 网站公开财政信息2条和公共服务信息52条: of the topic, as the next figure shows.
            if let Some(topic) = self.listed_topic(i, &labels, &reading, quantity.class) {
                reading = topic;
            }
            // 不予公开2件,已通过网站公开1件: beside outcomes it is one.
            let is_outcome = quantity.class == UnitSet::CASE && self.context.dimension.is_some_and(|d| book[d].dimension == "outcome");
            let publishes = labels.iter().any(|l| self.reader.text[self.tokens[l.token].span.clone()].contains("公开"));
            if is_outcome
                && publishes
                && matches!(reading.codes[..], [code] if ["channel", "means"].contains(&book[code].dimension.as_str()))
                && let Some(public) = book.find("applications.answered", "outcome", "already_public")
            {
                reading.codes = vec![public];
            }
            // 公报4期,刊规范性文件9件: what a channel carries.
            let printed = self.context.channel.is_some_and(|c| self.reader.book[c].category == "gazette");
            let carried = labels.iter().any(|l| (l.near || printed) && l.entry.senses.iter().any(|s| s.carried));
            let counted = self.tokens[window.clone()].iter().take_while(|t| t.label().is_none()).any(|t| t.is(Role::Total));
            let whole = if reading.weak { counted } else { has_total(self.tokens, &window) };
            let channel = self.context.channel.filter(|_| carried || (!reading.strong && (!whole || self.context.speaks)));
            let is_items = reading.codes.len() == 1 && self.reader.book[reading.codes[0]].short == "pro";
            // 网站公开513条,其中主动公开重点栏目信息283条: a part of what is no total cannot be one.
            let under_part = self.context.breakdown
                && self.context.total.is_none()
                && self.context.last.is_some_and(|l| l.period == period && Frame::of(l.code) == Frame::PROACTIVE);
            // 发布了18份审计报告: documents with a name of their own.
            let is_named = quantity.unit == "份"
                && reading.weak
                && self.tokens.get(i + 1).is_some_and(|t| t.kind == Kind::Gap || t.is(Role::Opaque))
                && !self.reader.text[quantity.full.end..self.tokens.get(end).map_or(self.span.end, |t| t.span.start)].contains("信息");
            if is_items && (under_part || is_named) {
                return;
            }
            if is_items {
                // 公开25条财政信息, 公开13件办理结果: what follows says of what.
                if let Some(narrower) = self.narrowed(i, quantity.class) {
                    self.claim(i, &narrower, period, "label_after", &window);
                    return;
                }
                if let Some(channel) = channel {
                    self.claim(i, &Reading::of(channel), period, "channel_subject", &window);
                    return;
                }
                // 2.政务微博。发布信息28条: of the section's channel.
                let of_section = reading.weak && !self.context.breakdown && quantity.class == UnitSet::ITEM;
                if let Some(channel) = of_section.then(|| self.reader.channel_of_heading()).flatten() {
                    self.claim(i, &Reading::of(channel), period, "channel_subject", &window);
                    return;
                }
                // 收到诉讼6件,新增15件: cases, not items.
                let cases = self.context.frame.is_some_and(|f| f == Frame::APPLICATIONS || f.is_review());
                if reading.weak && cases && quantity.class == UnitSet::CASE {
                    return;
                }
                // 网站累计发布736条,其中2013年发布118条: of the same way.
                let last = self.context.last.filter(|l| self.reader.book[l.code].dimension == "channel" && l.period != period);
                if let Some(way) = last.filter(|_| reading.weak && self.context.breakdown) {
                    self.claim(i, &Reading::of(way.code), period, "channel_subject", &window);
                    return;
                }
                // 《某某教育》杂志刊发文件62件; 网站发布5万条,英文版发布860条: what prints or shows it is not known.
                let unknown = self.tokens[self.clause..labels[0].token].iter().any(|t| t.kind == Kind::Gap || t.is(Role::Opaque));
                let beside = self.context.last.is_some_and(|l| self.reader.book[l.code].dimension == "channel");
                let via = self.tokens[self.clause..labels[0].token].iter().any(|t| t.is(Role::Via));
                if labels[0].entry.senses.iter().any(|s| s.carried) || ((reading.weak || via) && unknown && beside) {
                    return;
                }
                // 累计公开657条,其中本年新增50条: new ones beside all of them.
                let new = self.reader.text[self.tokens[window.start].span.start..self.tokens[i].span.start].contains("新增");
                let accrued = self.context.total.and_then(|t| self.reader.out.facts.get(t.fact)).is_some_and(|fact| {
                    let words = &self.reader.text[fact.context.start.min(fact.span.start)..fact.span.start];
                    words.contains("累计") && !words.contains("全年") && fact.value.is_some_and(|v| v > quantity.value)
                });
                let beside = new && accrued && self.context.breakdown;
                if reading.weak && !beside && self.context.headline && self.context.total.is_some_and(|t| t.period == period) {
                    return;
                }
                self.context.headline |= reading.strong;
            }
            let own = reading.codes.iter().all(|c| self.reader.book[*c].dimension == "channel");
            if let (Some(channel), true, false) = (channel, carried, own) {
                self.claim(i, &Reading::of(channel), period, "channel_subject", &window);
                return;
            }
            self.claim(i, &reading, period, "label_before", &window);
            if self.context.last.is_some_and(|l| self.reader.book[l.code].dimension.is_empty())
                && reading.codes.iter().all(|c| Frame::of(*c) != Frame::PROACTIVE)
            {
                self.note_channel(&labels);
            }
            self.all_in_window(i, period);
            return;
        }
        self.note_channel(&labels);
        // 共发12期: a verb alone is no label of its own.
        let verbs = labels.iter().all(|l| l.entry.senses.iter().all(|s| s.weak || s.verb || matches!(s.target, Target::Movement(_))));
        if adjacent && verbs {
            self.without_label(i, &quantity, period, &window);
        } else if verbs {
            self.bare(i, quantity.class, &window);
        }
    }

    /// 523件转入2020年继续办理: by name the year after the report's.
    fn carries_over(&mut self, i: usize) -> bool {
        let text = &self.reader.text[self.tokens[i].span.start..];
        let next = self.tokens[i + 1..self.boundary(i + 1, false)]
            .iter()
            .find_map(|t| if let Kind::Year(year) = t.kind { Some((year, t.span.start)) } else { None });
        let Some((_, at)) = next.filter(|(year, _)| self.reader.year.is_some_and(|own| *year == own + 1)) else { return false };
        let is_said = carries_into(&text[..at - self.tokens[i].span.start]);
        let of_applications = self.context.frame == Some(Frame::APPLICATIONS);
        let Some(code) = self.reader.book.find("applications.carried_out", "", "").filter(|_| is_said && of_applications) else {
            return false;
        };
        self.take(i, code, Period::Year, "label_after", false);
        true
    }

    /// 消防安全培训12期, 抽查结果公示312条: an unknown word right before a label of meetings and training, or before
    /// the bare 公示, says that it was about something else, unless the sentence speaks of disclosure.
    fn is_of_another_matter(&self, label: &Label) -> bool {
        const DISCLOSURE: [&str; 8] = ["公开", "政务", "信息", "条例", "网站", "媒体", "舆情", "保密"];
        let text = self.reader.text;
        let start = self.tokens[label.token].span.start;
        if text[start..].starts_with("公示") && text[..start].ends_with("结果") {
            return true;
        }
        let before = label.token.checked_sub(1).map(|k| &self.tokens[k]).filter(|t| t.kind == Kind::Gap && t.span.end == start);
        // 防汛知识培训8期,培训620人次: as the one before.
        if !self.context.foreign && before.is_none_or(|t| text[t.span.clone()].chars().count() < 2) {
            return false;
        }
        let frame = label.entry.senses.iter().find_map(|s| s.frame);
        let is_event = frame == Some(Frame::TRAINING) || frame == Some(Frame::MEETINGS);
        let part = || text[self.span.start..start].rsplit(['；', ';']).next().unwrap_or_default();
        let speaks = || DISCLOSURE.iter().any(|w| part().contains(w) || text[start..self.tokens[label.token].span.end].contains(w));
        is_event && !speaks()
    }

    /// 制定出台了7件行政规范性文件: the verb before the figure says that they were issued.
    fn as_issued(&self, reading: Reading, window: &Range<usize>) -> Reading {
        let book = self.reader.book;
        let issues = self.tokens[window.clone()]
            .iter()
            .any(|t| ["制定", "制发", "出台", "印发"].iter().any(|verb| self.reader.text[t.span.clone()].starts_with(verb)));
        let is_disclosed = matches!(reading.codes[..], [code] if book[code].indicator == "proactive.normative_documents");
        match book.find("proactive.normative_documents_issued", "", "").filter(|_| issues && is_disclosed) {
            Some(issued) => Reading::of(issued),
            None => reading,
        }
    }

    /// Whether the things that a figure counts are bodies: 18家单位, 21个部门.
    pub(super) fn counts_bodies(&self, end: usize) -> bool {
        const BODIES: [&str; 9] = ["部门", "单位", "乡镇", "行政机关", "机关", "镇街", "街道", "区县", "县区"];
        BODIES.iter().any(|body| self.reader.text[end..].starts_with(body))
    }

    /// 由46件增至139件: whether a figure is what another one grew or fell from.
    fn is_start_of_change(&self, i: usize) -> bool {
        let text = self.reader.text;
        let before = text[..self.tokens[i].span.start].trim_end_matches('的');
        let before = ["原来", "原先", "最初"].iter().find_map(|word| before.strip_suffix(word)).unwrap_or(before);
        let follows = self.tokens.get(i + 1).is_some_and(|t| t.is(Role::Period) && t.value() == "year");
        before.ends_with(['由', '从', '自'])
            && follows
            && !text[self.tokens[i].span.end..].starts_with(['全', '本', '今', '当', '年', '报', '统'])
    }

    /// 收到申请86件,其中自然人79件、商业企业7件: columns of the forms from 2019 on, of the row said before.
    /// Whether the figure is one by applicant, taken or not.
    fn by_applicant(&mut self, i: usize, class: UnitSet, window: &Range<usize>) -> bool {
        let kind = self.tokens[window.clone()].iter().find(|t| t.is(Role::Applicant)).map(Token::value);
        let Some(applicant) = kind.and_then(Applicant::from_word) else {
            // 自然人168件、其他组织2件: the rest of the applicants stands in no one column.
            let listed = self.tokens[..window.start].iter().any(|t| t.is(Role::Applicant));
            let words = &self.reader.text[self.tokens[window.start].span.start..self.tokens[i].span.start];
            return listed && ["其他组织", "法人", "企业", "单位", "机构", "公民"].iter().any(|other| words.starts_with(other));
        };
        let row = self.context.total.filter(|t| Frame::of(t.code) == Frame::APPLICATIONS && t.class.meets(class));
        let printed = self.reader.year.is_some_and(|y| y >= FORM_OF_OUTCOMES);
        if let Some(row) = row.filter(|_| printed && class.meets(UnitSet::CASE)) {
            let keep = self.context.clone();
            let period = self.period(i);
            if let Some(fact) = self.take(i, row.code, period, "applicant", false) {
                self.reader.out.facts[fact].applicant = applicant;
            }
            self.context = keep;
        }
        true
    }

    /// 累计公开5600条,今年新增680条; 四年来受理1126件,今年285件: the first is no figure of the year.
    pub(super) fn earlier_is_cumulative(&mut self, i: usize, code: CodeId, value: f64, window: &Range<usize>) {
        let Some(total) = self.context.total.filter(|t| t.period == Period::Year && t.code == code) else { return };
        let Some(fact) = self.reader.out.facts.get(total.fact) else { return };
        if fact.value.is_none_or(|v| v <= value) {
            return;
        }
        let this_year = |t: &Token| match t.kind {
            Kind::Year(y) => self.reader.year == Some(y),
            _ => t.is(Role::Period) && t.value() == "year",
        };
        let text = self.reader.text;
        let added = window.start < i && text[self.tokens[window.start].span.start..self.tokens[i].span.start].contains("新增");
        // 截至2011年底共公开42513条。2011年新增7206条: also in the sentence before.
        let words = &text[fact.context.start.min(fact.span.start)..fact.span.start];
        let until = added && (words.contains("截至") || words.contains("截止"));
        // 累计公开657条。2016年新增50条.
        let stands_alone = added && words.contains("累计") && !words.contains('年');
        if fact.span.start < self.span.start && !until && !stands_alone {
            return;
        }
        let accrued = until || words.contains("累计");
        let dated = self.tokens.iter().take_while(|t| t.span.start < fact.span.start).any(this_year);
        if (added && accrued) || (!dated && self.tokens[window.clone()].iter().any(this_year)) {
            self.reader.out.facts[total.fact].period = Period::Cumulative;
            self.context.total = Some(Taken { period: Period::Cumulative, ..total });
        }
    }

    /// 2019年新增公开18,620条,累计公开12.3万条: beside the year's figure a larger one that accrued.
    fn is_later_cumulative(&self, i: usize, code: CodeId, window: &Range<usize>) -> bool {
        // 2009年公开1192条。…截止2009年底已公开8400条.
        let sentence = &self.reader.text[self.span.start..self.tokens[i].span.start];
        let until = (sentence.contains("截至") || sentence.contains("截止")) && sentence.contains('已');
        let mut facts = self.reader.out.facts.iter().rev().take_while(|f| until || f.span.start >= self.span.start);
        let Some(fact) = facts.find(|f| f.code == code && f.subject.is_empty() && f.period == Period::Year) else { return false };
        let larger = self.tokens[i].quantity().zip(fact.value).is_some_and(|(q, v)| q.value > v);
        let text = self.reader.text;
        let words = &text[self.tokens[window.clone()].first().map_or(0..0, |first| first.span.start..self.tokens[i].span.start)];
        let accrued = words.contains("累计") || (words.contains("目前") && (words.contains("总计") || words.contains('共')));
        let whole = ["全年", "本年", "今年"].iter().any(|year| sentence.contains(year));
        if larger && until && !whole {
            return true;
        }
        larger && accrued && !self.tokens[window.clone()].iter().any(|t| matches!(t.kind, Kind::Year(_)) || t.is(Role::Period))
    }

    /// 收到30件,办结27件,结转3件: whether a figure is what those of the sentence leave over of the applications.
    fn is_left_over(&self, value: f64) -> bool {
        let said = |wanted: &[&str]| {
            let mut facts = self.reader.out.facts.iter().rev().take_while(|f| f.span.start >= self.span.start);
            let code = |f: &Fact| &self.reader.book[f.code];
            facts.find(|f| wanted.contains(&code(f).indicator.as_str()) && code(f).dimension.is_empty()).and_then(|f| f.value)
        };
        let come = said(&["applications.received", "applications.new"]);
        let handled = said(&["applications.completed", "applications.answered", "applications.result"]);
        let carried = said(&["applications.carried_in"]).unwrap_or_default();
        come.zip(handled).is_some_and(|(come, handled)| come + carried - handled == value)
    }

    /// Whether no figure stands before this one in the sentence.
    pub(super) fn clause_opens(&self, i: usize) -> bool {
        !self.tokens[..i].iter().any(|t| t.quantity().is_some())
    }

    /// A figure without any label in its window: what was said before holds on.
    pub(super) fn without_label(&mut self, i: usize, quantity: &Quantity, period: Period, window: &Range<usize>) {
        let dated = self.tokens[window.clone()].iter().any(|t| t.is(Role::Period) || matches!(t.kind, Kind::Year(_)));
        // 5件全部按时办结.
        let end = self.boundary(i + 1, false);
        if let Some(all) = (i + 1..end).find(|k| self.tokens[*k].is(Role::All))
            && self.all_of(all + 1..end, i, period)
        {
            return;
        }
        if self.concerns_disclosure(i, period, window) {
            return;
        }
        if self.sum(i, quantity.value, period, window) {
            return;
        }
        let follows = self.window > 0 && self.tokens[self.window - 1].quantity().is_some();
        // 全年共发12期45600册; 培训班2期,共计400多人.
        for label in self.labels(0..i) {
            let carried = label.entry.senses.iter().find(|s| {
                s.units.meets(quantity.class) && (s.carry || (follows && s.part && label.token >= self.clause)) && s.within.is_empty()
            });
            if let Some(Target::Code(code)) = carried.map(|s| s.target) {
                if !self.context.foreign && !self.tokens[label.token..i].iter().any(|t| t.is(Role::Foreign)) {
                    let code = self.placed(code, &label);
                    self.claim(i, &Reading::of(code), period, "carry", window);
                }
                return;
            }
        }
        // The heading names what the section counts.
        let may_be = !self.context.foreign && quantity.class != UnitSet::NONE;
        if let Some(code) = may_be.then(|| self.reader.carried_by_heading(quantity.class)).flatten() {
            self.claim(i, &Reading::of(code), period, "carry", window);
            return;
        }
        // 公众号推送186期,总计1024篇.
        if let Some(channel) = self.context.channel.filter(|_| quantity.class == UnitSet::ITEM && !self.context.foreign) {
            self.claim(i, &Reading::of(channel), period, "channel_subject", window);
            return;
        }
        // 公开150条(上年为120件): items are counted either way.
        let counted = |t: &Taken| {
            let items = Frame::of(t.code) == Frame::PROACTIVE && t.class == UnitSet::ITEM && quantity.class == UnitSet::CASE;
            items || t.class.meets(quantity.class)
        };
        let said = |t: &Taken| dated && t.period != period && counted(t);
        if let Some(total) = self.context.total.filter(said) {
            // 公开5,123条,历年累计15,867条;其中网站4,988条,历年累计15,001条: the part has its twin as the total had.
            let last = self.context.last.filter(|l| self.context.twins && said(l));
            self.claim(i, &Reading::of(last.unwrap_or(total).code), period, "twin", window);
            // 由23名增加到31名,其中专职6名: the parts are those of what it became.
            let became = self.tokens[window.clone()]
                .iter()
                .any(|t| t.is(Role::Period) && self.reader.text[t.span.clone()].ends_with(['至', '到', '为']));
            if period != Period::PartYear && !became {
                self.context.total = Some(total);
                self.context.twins = true;
            }
            return;
        }
        self.bare(i, quantity.class, window);
    }

    /// 行政复议5件,其中涉及信息公开1件: of all cases of the body those that count; which are the others the sentence
    /// tells, and `settle` gives their figure up.
    fn concerns_disclosure(&mut self, i: usize, period: Period, window: &Range<usize>) -> bool {
        let names = self.tokens[window.clone()].iter().any(|t| t.value() == "disclosure");
        let Some(total) = self.context.total.filter(|t| names && self.context.breakdown && Frame::of(t.code).is_review()) else {
            return false;
        };
        self.take(i, total.code, period, "carry", false);
        true
    }

    /// 信函11件、网络23件、当面3件,共37件: a whole without a label behind its parts, as the sum shows.
    fn sum(&mut self, i: usize, value: f64, period: Period, window: &Range<usize>) -> bool {
        let book = self.reader.book;
        let said = self.reader.out.facts.iter().rev().take_while(|f| f.span.start >= self.span.start);
        let Some(last) = self.context.last.map(|l| &book[l.code]).filter(|_| has_total(self.tokens, window)) else { return false };
        let like = |code: CodeId| book[code].indicator == last.indicator && book[code].dimension == last.dimension;
        let parts: Vec<f64> = said.filter(|f| like(f.code) && f.period == period).filter_map(|f| f.value).collect();
        let sum: f64 = parts.iter().sum();
        let Some(whole) = book.find(&last.indicator, "", "").filter(|_| parts.len() > 1 && sum > 0.0 && (sum - value).abs() <= 1e-6 * sum)
        else {
            return false;
        };
        if self.context.total.is_some_and(|t| t.code == whole && !last.dimension.is_empty()) {
            return false;
        }
        self.claim(i, &Reading::of(whole), period, "sum", window);
        true
    }

    /// A whole without a label (全年共6400条) waits for its parts to say what it is the whole of.
    pub(super) fn bare(&mut self, i: usize, class: UnitSet, window: &Range<usize>) {
        let mut before = self.tokens[window.clone()].iter().rev().skip_while(|t| t.is(Role::Filler) || t.label().is_some());
        let whole = before.next().is_some_and(|t| t.is(Role::Total) || (t.is(Role::Period) && t.value() == "year"));
        let items = self.context.frame.is_none_or(|f| f == Frame::PROACTIVE) && class.meets(UnitSet::ITEM);
        if whole && items && !self.context.foreign && self.context.total.is_none() {
            self.context.bare = Some((i, self.period(i)));
        }
    }

    /// What a noun right behind a figure of disclosed items narrows it to: a topic, or a thing that has no row.
    fn narrowed(&self, i: usize, class: UnitSet) -> Option<Reading> {
        let end = self.boundary(i + 1, false);
        let ends = |k: usize| self.tokens[k..end].iter().all(|t| t.is(Role::Filler));
        let entry = self.tokens.get(i + 1).filter(|_| i + 1 < end && ends(i + 2))?.label()?;
        let topic = |s: &&Sense| {
            s.units.meets(class)
                && (s.within.is_empty() || s.within.contains(&Frame::PROACTIVE))
                && matches!(s.target, Target::Nothing | Target::Code(_))
        };
        match entry.senses.iter().find(topic).map(|s| s.target)? {
            Target::Nothing => Some(Reading::default()),
            Target::Code(code) if self.reader.book[code].dimension == "topic" => Some(Reading::of(code)),
            _ => None,
        }
    }

    /// A label behind the figure, up to the next figure or mark.
    pub(super) fn after(&mut self, i: usize, quantity: &Quantity, before: &[Label]) -> Option<Reading> {
        // 12月31主动公开, 〔2016〕19公开: a number that counts nothing.
        if quantity.class == UnitSet::NONE {
            return None;
        }
        // 信息13条食品药品监管信息199条: a label between two figures is of the next one where this one has its own.
        let end_of_label = self.boundary(i + 1, true);
        if !before.is_empty() && self.tokens.get(end_of_label).is_some_and(|t| t.quantity().is_some_and(|q| q.class == quantity.class)) {
            return None;
        }
        // 集锦6条以及公示1条: what follows is counted by the next figure.
        if self.tokens.get(i + 1).is_some_and(|t| t.is(Role::Join)) {
            return None;
        }
        let end = self.boundary(i + 1, true);
        // 324件申请全部按时答复: what is counted stands before what is said of all.
        let end = (i + 2..end).find(|k| self.tokens[*k].is(Role::All)).unwrap_or(end);
        if self.tokens[i + 1..end].iter().any(|t| t.is(Role::Foreign) || t.is(Role::All) || t.is(Role::Share) || t.is(Role::Every)) {
            return None;
        }
        // 余3件已于2017年1月办结: at another time.
        if self.tokens[i + 1..end].iter().any(|t| matches!(t.kind, Kind::Year(_) | Kind::Month)) {
            return None;
        }
        // 191场市政府新闻发布会: whose it is.
        let is_government = |t: &Token| {
            let rest = &self.reader.text[t.span.end..];
            let name = &self.reader.text[t.span.clone()];
            name.ends_with("政府") || (rest.starts_with("政府") && ["省", "市", "县", "区", "旗", "州", "镇", "乡"].contains(&name))
        };
        let first_gap = self.tokens[i + 1..end]
            .iter()
            .take_while(|t| !t.is(Role::Via))
            .position(|t| (matches!(t.kind, Kind::Gap) && !is_government(t)) || t.is(Role::Opaque));
        // 3篇解读稿被中央媒体转载: what was done with them by others.
        let (from, to) = (self.tokens[i].span.end, self.tokens.get(end).map_or(self.span.end, |t| t.span.start));
        let passive = self.reader.text[from..to].contains('被');
        let mut labels: Vec<Label> =
            (i + 1..end).filter_map(|token| self.tokens[token].label().map(|entry| Label { entry, token, near: true })).collect();
        if first_gap == Some(0) && labels.len() < 2 {
            return None;
        }
        // The head of a Chinese noun phrase stands last.
        labels.reverse();
        let head = labels.first()?;
        if passive && !labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame.is_some_and(Frame::is_review))) {
            return None;
        }
        if head.entry.senses.iter().all(|s| s.weak || s.verb) && labels.len() == 1 && before.is_empty() {
            return None;
        }
        // 收到一起以书面邮寄方式提出的申请: the application and how it came.
        let union = self.frame_hint(&labels, quantity.class);
        let reading = self.resolve(&labels, quantity.class, None)?;
        let book = self.reader.book;
        // 一个答复 counts nothing.
        if union == Some(Frame::APPLICATIONS) && self.reader.text[quantity.full.clone()].starts_with("一个") {
            return None;
        }
        if union == Some(Frame::APPLICATIONS) && reading.codes.len() == 1 && book[reading.codes[0]].dimension == "means" && labels.len() > 1
        {
            let verb = before.iter().any(|l| l.entry.senses.iter().any(|s| s.verb));
            if let (true, Some(received)) = (verb, book.find("applications.received", "", "")) {
                return Some(Reading { codes: vec![received, reading.codes[0]], ..reading });
            }
        }
        Some(reading)
    }

    pub(super) fn claim(&mut self, i: usize, reading: &Reading, period: Period, rule: &'static str, window: &Range<usize>) {
        for code in &reading.codes {
            let code = &self.of_edition(*code);
            // 去年收到的申请中有2件结转至本年度: the stock that a year begins with is its own.
            let is_stock = self.reader.book[*code].indicator == "applications.carried_in" && period == Period::PreviousYear;
            let period = if is_stock { Period::Year } else { period };
            if let (Period::Year, Some(value)) = (period, self.tokens[i].quantity().map(|q| q.value)) {
                self.earlier_is_cumulative(i, *code, value, window);
            }
            let period = if self.is_later_cumulative(i, *code, window) { Period::Cumulative } else { period };
            self.share_between_bodies(i, *code, period, window);
            let same_as_total = self.context.breakdown && self.context.total.is_some_and(|t| t.code == *code && t.period == period);
            let body = self.tokens[window.clone()].iter().find(|t| t.is(Role::Body)).map(|t| self.reader.text[t.span.clone()].to_owned());
            if same_as_total {
                // 其中市政府新闻办召开23场: a part by body, never the total again.
                if let Some(body) = body.clone() {
                    let keep = self.context.clone();
                    if let Some(fact) = self.take(i, *code, period, rule, reading.negative) {
                        self.reader.out.facts[fact].subject = body;
                    }
                    self.context = keep;
                }
                continue;
            }
            if let Some((bare, whole_period)) = self.context.bare.take() {
                let part = &self.reader.book[*code];
                if self.context.breakdown
                    && part.indicator == "proactive.items"
                    && !part.dimension.is_empty()
                    && let Some(items) = self.reader.book.find("proactive.items", "", "")
                {
                    self.take(bare, items, whole_period, "bare_total", false);
                }
            }
            let taken = self.take(i, *code, period, rule, reading.negative);
            if let (true, Some(fact), Some(body)) = (self.context.bodies, taken, body) {
                self.reader.out.facts[fact].subject = body;
                self.context.total = None;
            }
        }
    }

    /// 市本级公开1.2万条,县区公开3.6万条: each is of its body, and none of the report's as a whole.
    fn share_between_bodies(&mut self, i: usize, code: CodeId, period: Period, window: &Range<usize>) {
        let level = self.tokens[window.clone()].iter().find(|t| t.is(Role::Body) && t.value() == "level");
        let name = level.map(|t| self.reader.text[t.span.clone()].to_owned());
        if let (Some((body, earlier)), Some(name)) = (&self.context.level, &name)
            && body != name
            && earlier.code == code
            && earlier.period == period
            && let Some(fact) = self.reader.out.facts.get_mut(earlier.fact)
        {
            fact.subject.clone_from(body);
            self.context.level = None;
            self.context.bodies = true;
            self.context.total = None;
            return;
        }
        let next =
            Taken { code, period, fact: self.reader.out.facts.len(), class: self.tokens[i].quantity().map_or(UnitSet::NONE, |q| q.class) };
        self.context.level = name.map(|name| (name, next));
    }

    /// From 2019 on the form files the grounds of refusal under the outcome, and the outcome under the result.
    pub(super) fn of_edition(&self, code: CodeId) -> CodeId {
        let book = self.reader.book;
        // 现行有效38件,新制定7件: counted as those that a label of its own names.
        if (book[code].indicator.as_str(), book[code].category.as_str()) == ("article20.normative_documents", "issued") {
            return book.find("proactive.normative_documents_issued", "", "").unwrap_or(code);
        }
        let Some(of_outcomes) = self.reader.year.map(|y| y >= FORM_OF_OUTCOMES) else { return code };
        let (indicator, category) = match (book[code].indicator.as_str(), book[code].category.as_str()) {
            ("applications.denied", "state_secret") if of_outcomes => ("applications.result", "denied.state_secret"),
            ("applications.denied", "security_stability") if of_outcomes => ("applications.result", "denied.security_stability"),
            ("applications.answered", outcome @ ("granted" | "partially_granted" | "denied")) if of_outcomes => {
                ("applications.result", outcome)
            }
            ("applications.result", outcome @ ("granted" | "partially_granted" | "denied")) if !of_outcomes => {
                ("applications.answered", outcome)
            }
            _ => return code,
        };
        book.find(indicator, "outcome", category).unwrap_or(code)
    }

    /// Remembers the one channel of a clause as the subject of what follows.
    pub(super) fn note_channel(&mut self, labels: &[Label]) {
        let item = UnitSet::ITEM;
        let mut channels: Vec<CodeId> = Vec::new();
        for label in labels {
            let sense = label.entry.senses.iter().find(|s| s.units.meets(item) && s.within.is_empty());
            if let Some(Target::Code(code)) = sense.map(|s| s.target)
                && self.reader.book[code].dimension == "channel"
            {
                let code = self.placed(code, label);
                if !channels.contains(&code) {
                    channels.push(code);
                }
            }
        }
        // 门户网站和融合号等渠道: of several, of which one is known.
        let several = labels.first().is_some_and(|l| {
            let end = self.tokens[l.token].span.end;
            let rest = self.reader.text[end..self.span.end].split(['，', ',', '。', '；', ';']).next().unwrap_or_default();
            rest.starts_with(['、', '和', '及', '与'])
                && rest.contains('等')
                && ["渠道", "平台", "途径", "方式"].iter().any(|way| rest.ends_with(way))
        });
        // 微博、微信公众号关注量达269万: of both.
        let one = if channels.is_empty() { None } else { combined(self.reader.book, &channels) };
        if let (Some(channel), false) = (one, several) {
            // 微博1个,微信2个,发布信息1200条: of both.
            self.context.channel = match self.context.channel {
                Some(other) if other != channel => combined(self.reader.book, &[other, channel]),
                _ => Some(channel),
            };
        }
    }

    /// Whether labels, words of growth apart, name disclosed items and nothing else.
    fn name_items(&self, labels: &[Label]) -> bool {
        let movement = |s: &Sense| matches!(s.target, Target::Movement(_));
        let items = |s: &Sense| matches!(s.target, Target::Code(c) if !s.weak && self.reader.book[c].short == "pro");
        let mut first = labels
            .iter()
            .filter(|l| !l.entry.senses.iter().all(movement))
            .map(|l| l.entry.senses.iter().find(|s| s.within.is_empty() && s.units.meets(UnitSet::ITEM)))
            .peekable();
        first.peek().is_some() && first.all(|s| s.is_some_and(items))
    }

    pub(super) fn growth(&mut self, i: usize) {
        let window = self.window..i;
        let up = self.tokens[window.clone()].iter().any(|t| t.is(Role::Up));
        let down = self.tokens[window.clone()].iter().any(|t| t.is(Role::Down));
        let rate = self.tokens[window.clone()].iter().any(|t| t.is(Role::Share)) || self.is_others(self.clause..i);
        if up == down || rate || self.context.foreign {
            return;
        }
        let mut labels = self.labels(window);
        labels.retain(|l| l.entry.senses.iter().any(|s| !matches!(s.target, Target::Movement(_))));
        // 公开的信息增加了15%: of nothing but items.
        let named = self.name_items(&labels) || labels.iter().any(|l| l.entry.senses.iter().any(|s| s.strong));
        let other = labels.iter().any(|l| {
            l.entry.senses.iter().any(|s| {
                !s.strong
                    && !s.weak
                    && s.within.is_empty()
                    && !matches!(s.target, Target::Movement(_))
                    && s.units.meets(UnitSet::ITEM)
                    && s.part
            })
        });
        let total = self.context.total.is_some_and(|t| self.reader.book[t.code].short == "pro");
        let last = self.context.last.is_none_or(|l| self.reader.book[l.code].short == "pro");
        let total = (total && last) || self.context.grew;
        if !((total && labels.is_empty()) || (named && !other)) {
            return;
        }
        if let Some(code) = self.reader.book.find("proactive.items_growth", "", "") {
            let keep = self.context.clone();
            let period = self.period(i);
            self.take(i, code, if period == Period::PreviousYear { Period::Year } else { period }, "growth", down);
            self.context = keep;
        }
    }
}

/// Whether what stands before a year says that applications are carried into it.
pub(super) fn carries_into(before: &str) -> bool {
    ["转入", "转至", "转到", "结转", "结转至", "结转到", "延至", "顺延至"].iter().any(|word| before.trim_end().ends_with(word))
}

/// Whether a window opens with words for a whole: 共, 全年.
pub(super) fn has_total(tokens: &[Token], window: &Range<usize>) -> bool {
    let mut before = tokens[window.clone()].iter().take_while(|t| t.label().is_none());
    before.any(|t| t.is(Role::Total) || (t.is(Role::Period) && t.value() == "year"))
}

/// Whether a window says by how much something grew or fell: 增加12条, 较上年多公开12条.
pub(super) fn grew(window: &[Token]) -> bool {
    let moved = |t: &Token| t.is(Role::Up) || t.is(Role::Down);
    let next_to_figure = window.iter().rev().take_while(|t| t.label().is_none() || moved(t)).any(moved);
    next_to_figure || (window.iter().any(|t| t.is(Role::Compare)) && window.iter().any(moved))
}
