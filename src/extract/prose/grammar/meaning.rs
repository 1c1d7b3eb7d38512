//! What labels say of a figure: the senses of the lexicon that the frame, the unit and the words beside
//! a label leave.

use std::ops::Range;

use super::super::clauses::{Kind, Token};
use super::super::standing::letter;
use super::{Label, Reading, Walk};

use crate::knowledge::{CodeId, Codebook, Entry, Frame, Movement, Role, Section, Sense, Target, UnitSet};

/// How far back the matter of a bare verb is looked for, in bytes.
const BEFORE: usize = 240;

impl Walk<'_, '_, '_> {
    pub(super) fn labels(&self, range: Range<usize>) -> Vec<Label> {
        let mut near = true;
        let mut found = Vec::new();
        for token in range.rev() {
            let t = &self.tokens[token];
            if t.label().is_some_and(|entry| self.names_self(entry, t)) {
                // 档案局公开12条: the body itself is no place where others read.
            } else if let Some(entry) = t.label() {
                // A word that is no more than a verb or preposition here.
                found.push(Label { entry, token, near });
            } else if matches!(t.kind, Kind::Gap | Kind::Number) || t.is(Role::Opaque) {
                near = false;
            }
        }
        found
    }

    /// Whether a label that names a place to read is the name of the body that reports.
    fn names_self(&self, entry: &Entry, token: &Token) -> bool {
        let book = self.reader.book;
        let is_place = |s: &Sense| matches!(s.target, Target::Code(c) if book[c].category == "reading_point");
        entry.senses.iter().any(is_place) && self.reader.is_own_name(&self.reader.text[token.span.clone()])
    }

    pub(super) fn frame_hint(&self, labels: &[Label], class: UnitSet) -> Option<Frame> {
        let mut best: Option<Frame> = None;
        // Totals next to the figure, then parts next to it, then what stands farther off.
        for (near, part) in [(true, false), (true, true), (false, false)] {
            for label in labels.iter().filter(|l| l.near == near) {
                for sense in &label.entry.senses {
                    let Some(frame) = sense.frame else { continue };
                    let head = sense.within.is_empty() && !sense.verb && sense.part == part && (near || !sense.weak);
                    let fits = sense.units.meets(class);
                    if head && fits && best.is_none_or(|b| frame.priority() > b.priority()) {
                        best = Some(frame);
                    }
                }
            }
            if best.is_some() {
                break;
            }
        }
        best
    }

    /// 公开3957条,其中…政策解读信息1245条: among the parts of a total a wording that names a part of it
    /// and a thing of its own names the part.
    pub(super) fn part_of_total(&self, labels: &[Label], class: UnitSet) -> Option<Frame> {
        // 通过网站提交的9件: the verb says no more than that it was applied.
        let applies = |l: &&Label| {
            l.near
                && l.entry
                    .senses
                    .iter()
                    .any(|s| s.verb && matches!(s.target, Target::Code(c) if self.reader.book[c].indicator == "applications.received"))
        };
        let nearest = labels.first().filter(|l| l.near)?;
        let applied_by = labels.get(1).filter(|l| l.near && applies(&nearest)).unwrap_or(nearest);
        // 行政事业性收费项目2项,本年收费金额35万元; 制发规范性文件28件,公开28件: a column of the matter.
        let matter = self.context.frame.filter(|f| [Frame::ARTICLE20, Frame::NORMATIVE_DOCUMENTS].contains(f));
        let column = |s: &Sense, matter| s.frame.is_none_or(|f| f == matter) && s.within.contains(&matter) && s.units.meets(class);
        if matter.is_some_and(|f| nearest.entry.senses.iter().any(|s| column(s, f))) {
            return matter;
        }
        // 收到申请30件,网站9件、信函21件: beside applications a way is one to apply, unless something is disclosed there.
        let book = self.reader.book;
        let way = |s: &Sense| {
            s.part && s.within.contains(&Frame::APPLICATIONS) && matches!(s.target, Target::Code(c) if book[c].dimension == "means")
        };
        let disclosed = labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame == Some(Frame::PROACTIVE) && !s.part));
        let applied = self.context.frame == Some(Frame::APPLICATIONS) && class == UnitSet::CASE;
        if applied && !disclosed && [nearest, applied_by].iter().any(|l| l.entry.senses.iter().any(way)) {
            return self.context.frame;
        }
        // 答复中,公开类120件,部分公开8件: among answers a bare 公开 is an outcome.
        let text = self.reader.text;
        let outcome = |s: &Sense| s.whole && s.units.meets(class) && s.within.contains(&Frame::APPLICATIONS);
        let bare = || {
            let rest = text[self.tokens[nearest.token].span.end..].trim_start_matches(['类', '的', '”', '"']);
            rest.starts_with(|c: char| c.is_ascii_digit())
        };
        if class == UnitSet::CASE && self.context.frame == Some(Frame::APPLICATIONS) && nearest.entry.senses.iter().any(outcome) && bare() {
            return self.context.frame;
        }
        let frame = self.context.frame.filter(|_| self.context.breakdown)?;
        nearest.entry.senses.iter().any(|s| s.part && s.units.meets(class) && s.within.contains(&frame)).then_some(frame)
    }

    /// What the labels of a window say of a figure with this class of unit.
    pub(super) fn resolve(&self, labels: &[Label], class: UnitSet, union: Option<Frame>) -> Option<Reading> {
        let book = self.reader.book;
        // 政府采购公告1260条: a notice on a topic is an item of the topic.
        let labels = match labels {
            [notice, topic, ..] if self.is_notice_on(notice, topic, class) => &labels[1..],
            _ => labels,
        };
        let explicit = self.part_of_total(labels, class).or_else(|| self.frame_hint(labels, class)).or(union);
        let frame = explicit.or(self.context.frame);
        let fits = |s: &Sense| {
            s.units.meets(class) && (s.within.is_empty() || frame.is_some_and(|f| s.within.contains(&f))) && (!s.under || self.is_under(s))
        };
        let nearest = labels.first().filter(|l| l.near)?;
        let whole = labels.iter().filter(|l| l.near).count() == 1;
        let usable = |s: &&Sense| fits(s) && (!s.whole || whole);
        // 新闻发布栏目6条: a column of a website.
        if is_of(book, nearest, "channel") && self.reader.text[self.tokens[nearest.token].span.end..].starts_with("栏目") {
            return Some(Reading::default());
        }
        let first = nearest.entry.senses.iter().find(usable);
        match first.map(|s| s.target) {
            Some(Target::Nothing) => return Some(self.ways(labels, class).unwrap_or_default()),
            // 新闻及其他394条: of both together there is no row.
            Some(Target::Rest) if self.joined_to_another(labels) => return Some(Reading::default()),
            // 网站公开52条,其他信息2167条: things, beside a way.
            Some(Target::Rest) if self.is_rest_of_things(nearest) => return Some(Reading::default()),
            Some(Target::Rest) => return Some(self.rest().or_else(|| self.rest_of_items(nearest)).unwrap_or_default()),
            Some(Target::Movement(movement)) => {
                let documents = (frame == Some(Frame::NORMATIVE_DOCUMENTS)).then_some("article20.normative_documents");
                let code = book.find(documents.or(self.context.matter)?, "movement", movement.category())?;
                return Some(Reading { negative: movement == Movement::Decrease, ..Reading::of(code) });
            }
            _ => {}
        }
        // 热线接听来电8.6万个,办理投诉举报3210件.
        let complains = first.is_some_and(|s| s.frame == Some(Frame::COMPLAINTS));
        if complains && self.context.foreign && !self.reader.text[self.tokens[nearest.token].span.clone()].contains("公开") {
            return Some(Reading::default());
        }
        if self.applies_for_another(nearest.token) {
            return Some(Reading::default());
        }
        // 热线受理诉求23件,办结20件: what was handled there are no applications.
        let handled = |s: &Sense| matches!(s.target, Target::Code(c) if s.frame == Some(Frame::APPLICATIONS) && (!s.part || book[c].dimension == "timeliness") && book[c].indicator != "applications.received");
        let elsewhere = self.context.foreign
            || self.tells_of_another_desk(self.tokens[nearest.token].span.start)
            || self.context.frame.is_some_and(|f| f != Frame::APPLICATIONS && f != Frame::PROACTIVE && f != Frame::FEES);
        if elsewhere && first.is_some_and(handled) && !labels.iter().any(|l| is_application(book, l) || is_subject(l)) {
            return Some(Reading::default());
        }
        // 行政复议和诉讼0件: of both together only a zero tells.
        let mut joint: Vec<CodeId> = Vec::new();
        for label in labels.iter().filter(|l| l.near) {
            let review =
                |s: &&Sense| s.zero && !s.part && s.within.is_empty() && s.units.meets(class) && s.frame.is_some_and(Frame::is_review);
            if let Some(Target::Code(code)) = label.entry.senses.iter().find(review).map(|s| s.target)
                && !joint.contains(&code)
            {
                joint.push(code);
            }
        }
        if joint.len() > 1 && union.is_none() {
            return Some(Reading { codes: Vec::new(), joint, weak: false, strong: false, negative: false });
        }
        let one = |code| Some(Reading::of(code));
        // Parts: the nearest decides, others of the same kind make it a figure of several.
        let mut parts: Vec<CodeId> = Vec::new();
        for label in labels {
            let Some(sense) = label.entry.senses.iter().find(usable) else { continue };
            let Target::Code(code) = sense.target else { continue };
            if !sense.part || parts.contains(&code) {
                continue;
            }
            let channel = book[code].dimension == "channel";
            // 通过政务网等网络渠道发布信息700条: no way to apply.
            if class == UnitSet::ITEM && book[code].dimension == "means" && self.publishes(labels) {
                continue;
            }
            // 教育局公开教育法规规章2条: the field of the body before the topic.
            if label.token != nearest.token && book[code].dimension == "topic" && self.heads_name(label, labels) {
                continue;
            }
            // 政务大厅电子屏: the place and the screen in it, which is the way.
            let heads = channel && parts.last().is_some_and(|c| book[*c].dimension == "channel") && self.runs_into(label, labels);
            if heads {
                continue;
            }
            let own = sense.frame == explicit
                || explicit.is_none_or(|f| f == Frame::PROACTIVE)
                || sense.within.iter().any(|w| Some(*w) == explicit);
            if own && (label.near || (channel && explicit == Some(Frame::PROACTIVE))) {
                parts.push(self.placed(code, label));
            }
        }
        // 申请公开的信息中,涉及征地的5件: what applications ask for is no topic of disclosure.
        let asked = (self.context.frame == Some(Frame::APPLICATIONS) || self.context.foreign) && class == UnitSet::CASE;
        let disclosed = labels.iter().any(|l| l.entry.senses.iter().any(|s| s.frame == Some(Frame::PROACTIVE) && !s.part));
        if asked && !disclosed && parts.iter().all(|c| book[*c].dimension == "topic") && !parts.is_empty() {
            return Some(Reading::default());
        }
        if !parts.is_empty() {
            if let Some(codes) = grounds(book, &parts) {
                return Some(Reading { codes, ..Reading::default() });
            }
            if let Some(code) = combined(book, &parts) {
                return one(code);
            }
            // 通过网站及邮寄方式提交申请55件: by all ways that there are.
            let means = parts.iter().all(|c| book[*c].dimension == "means");
            if means && explicit == Some(Frame::APPLICATIONS) && !self.context.breakdown && is_application(book, nearest) {
                return book.find("applications.received", "", "").map(Reading::of);
            }
            // 通过网站、微博、报刊等渠道公开1.5万条; 通过网站及其他形式公开364篇: by all ways that there are.
            let channels = parts.iter().all(|c| book[*c].dimension == "channel");
            // 其他形式公开: the verb is part of the wording.
            let own = &self.reader.text[self.tokens[nearest.token].span.clone()];
            let discloses = disclosed || own.contains("公开") || own.contains("发布");
            let whole = channels && explicit == Some(Frame::PROACTIVE) && (discloses || self.names_ways(labels));
            // 门户公开121条,公众号和官博公开1147条; 报刊、电视等其他方式公开7000条: beside others it is a part.
            let begin = self.tokens[labels[labels.len() - 1].token].span.start;
            let words = &self.reader.text[self.span.start..self.tokens[nearest.token].span.end];
            let part = words.contains("其中") || self.reader.text[begin..self.tokens[nearest.token].span.end].contains("等其");
            // 门户网站等公开栏: the one is an example of the other.
            let joined = labels.windows(2).all(|pair| {
                let between = &self.tokens[pair[1].token + 1..pair[0].token];
                !is_of(book, &pair[0], "channel") || !is_of(book, &pair[1], "channel") || between.iter().any(|t| t.is(Role::Join))
            });
            let first = !part && joined && !self.context.breakdown && self.context.total.is_none() && self.context.last.is_none();
            return Some(book.find("proactive.items", "", "").filter(|_| whole && first).map(Reading::of).unwrap_or_default());
        }
        // 网站通知公告类公开120条: of something that has no row, not of the whole.
        let unlisted = |l: &&Label| l.near && l.entry.senses.iter().find(usable).is_some_and(|s| s.target == Target::Nothing);
        let own = first.is_some_and(|s| s.frame.is_some_and(|f| f.priority() > 2)) && !self.joined_to_another(labels);
        if !own && labels.iter().any(|l| unlisted(&l)) {
            return Some(Reading::default());
        }
        // Totals: codes of the frame that claims the figure.
        let mut codes: Vec<(CodeId, &Sense)> = Vec::new();
        for label in labels.iter().filter(|l| l.near) {
            let of_frame = |s: &&Sense| {
                let stands_in = s.frame == frame || frame.is_some_and(|f| s.within.contains(&f));
                usable(s) && !s.part && s.frame.is_some() && stands_in && (!s.base || (class == UnitSet::CASE && self.lists_decisions()))
            };
            if let Some(sense) = label.entry.senses.iter().find(of_frame)
                && let Target::Code(code) = sense.target
                && !codes.iter().any(|(c, _)| *c == code)
            {
                codes.push((code, sense));
            }
        }
        if codes.is_empty() {
            return self.by_verb(labels, class);
        }
        // 公开行政审批结果5.6万件: of a topic that is counted otherwise, not of all items.
        let topic = |s: &Sense| s.part && s.within.is_empty() && s.frame == Some(Frame::PROACTIVE);
        let others =
            first.is_none() && nearest.entry.senses.iter().any(topic) && codes.iter().all(|(c, s)| book[*c].short == "pro" && !s.strong);
        // 主动公开行政许可事项128条: of a matter that is counted otherwise.
        let matter = first.is_none() && nearest.entry.senses.iter().all(|s| s.base);
        if others || (matter && class.meets(UnitSet::ITEM)) {
            return Some(Reading::default());
        }
        // 人大建议和政协提案354件: of both together there is no row.
        if codes.len() > 1 && frame.is_some_and(|f| f.priority() >= 5 && f != Frame::TRAINING) {
            return Some(Reading::default());
        }
        let strong = codes.iter().any(|(_, s)| s.strong);
        let weak = codes.iter().all(|(_, s)| s.weak || s.verb);
        let codes = if frame == Some(Frame::APPLICATIONS) { self.of_application(&codes, labels) } else { vec![codes[0].0] };
        Some(Reading { codes, weak, strong, ..Reading::default() })
    }

    /// Whether the figure before is one of the category that a sense is a part of: 不予处理15件(信访9件、重复6件).
    pub(super) fn is_under(&self, sense: &Sense) -> bool {
        let book = self.reader.book;
        let class = |code: CodeId| book[code].category.split('.').next().unwrap_or_default();
        let Target::Code(code) = sense.target else { return false };
        self.context.dimension.is_some_and(|above| book[above].dimension == book[code].dimension && class(above) == class(code))
    }

    /// Whether another label begins where this one ends.
    fn runs_into(&self, label: &Label, labels: &[Label]) -> bool {
        // “某某政府网”微信: the name of an account.
        let is_quote = |c: char| matches!(c, '”' | '"' | '」' | '》');
        let rest = &self.reader.text[self.tokens[label.token].span.end..];
        let end = self.tokens[label.token].span.end + rest.len() - rest.trim_start_matches(is_quote).len();
        labels.iter().any(|l| self.tokens[l.token].span.start == end)
    }

    /// Whether a word for what is left over names things while the figures before it are of ways.
    fn is_rest_of_things(&self, label: &Label) -> bool {
        let ways = self.context.dimension.is_some_and(|code| self.reader.book[code].dimension == "channel");
        ways && self.reader.text[self.tokens[label.token].span.clone()].contains("信息")
    }

    /// 4项行政审批接入系统。累计收到82件,办结61件: whether what stands before speaks of other business and of no application.
    fn tells_of_another_desk(&self, place: usize) -> bool {
        let text = self.reader.text;
        let from = text.ceil_char_boundary(place.saturating_sub(BEFORE));
        let before = text[from..place].rsplit('\n').next().unwrap_or_default();
        let other = ["审批", "许可事项", "办件", "信访", "提案", "热线", "工单"].iter().any(|matter| before.contains(matter));
        other && !before.contains("申请") && self.reader.section != Section::Applications
    }

    /// 网站公开128条,其中文件类57条、其他信息14条: behind 其中 what is left over of the items is of the other topics.
    fn rest_of_items(&self, label: &Label) -> Option<Reading> {
        let of_items = self.context.breakdown && self.context.dimension.is_none();
        let items = self.context.last.is_some_and(|last| Frame::of(last.code) == Frame::PROACTIVE) && !self.context.foreign;
        let word = &self.reader.text[self.tokens[label.token].span.clone()];
        let names = word.contains("信息") || word.ends_with('类');
        self.reader.book.find("proactive.items", "topic", "other").filter(|_| of_items && items && names).map(Reading::of)
    }

    /// Whether labels say that items are disclosed and nothing of applications.
    fn publishes(&self, labels: &[Label]) -> bool {
        let book = self.reader.book;
        labels.iter().any(|l| l.near && is_items(book, l)) && !labels.iter().any(|l| is_application(book, l))
    }

    /// Whether another label begins where one for a topic ends, and the topic is the field of the body itself (教育局:
    /// 教育法规规章) or a part of the name of a channel (卫生健康微信公众号).
    fn heads_name(&self, label: &Label, labels: &[Label]) -> bool {
        let book = self.reader.book;
        let end = self.tokens[label.token].span.end;
        let Some(next) = labels.iter().find(|l| self.tokens[l.token].span.start == end) else { return false };
        if is_of(book, next, "channel") {
            return true;
        }
        // 教育新闻1260条 are news of all schools.
        let topic = |s: &Sense| matches!(s.target, Target::Code(c) if book[c].dimension == "topic" && book[c].category != "work_news");
        let word = &self.reader.text[self.tokens[label.token].span.clone()];
        next.entry.senses.iter().any(topic) && self.reader.is_own_field(word.trim_end_matches("信息").trim_end_matches('类'))
    }

    /// Whether the sentence counts penalties or coercion: beside them 行政许可32件 counts decisions too.
    fn lists_decisions(&self) -> bool {
        let decided = |s: &Sense| matches!(s.target, Target::Code(_)) && s.frame == Some(Frame::ARTICLE20) && !s.base;
        self.tokens.iter().filter_map(Token::label).any(|e| e.senses.iter().any(decided))
    }

    /// Whether a label is a kind of notice, and the one right before it its topic.
    fn is_notice_on(&self, notice: &Label, topic: &Label, class: UnitSet) -> bool {
        let (notice, topic, before) = (&self.tokens[notice.token].span, &self.tokens[topic.token].span, topic);
        let kinds = ["公告", "公示", "通知", "通知公告", "公告公示", "公示公告"];
        let of_topic = |s: &Sense| matches!(s.target, Target::Code(c) if self.reader.book[c].dimension == "topic") && s.units.meets(class);
        topic.end == notice.start && kinds.contains(&&self.reader.text[notice.clone()]) && before.entry.senses.iter().any(of_topic)
    }

    /// 收到气象证明申请86件: an unknown word right before 申请 says that something else was asked for.
    fn applies_for_another(&self, label: usize) -> bool {
        let bare = matches!(&self.reader.text[self.tokens[label].span.clone()], "申请" | "申请件" | "申请表" | "申请数" | "申请量");
        let before =
            label.checked_sub(1).map(|k| &self.tokens[k]).filter(|t| t.kind == Kind::Gap && t.span.end == self.tokens[label].span.start);
        bare && self.reader.section != Section::Applications && before.is_some_and(|t| self.reader.text[t.span.clone()].chars().count() > 1)
    }

    /// Whether the nearest label is coordinated with the one before it.
    fn joined_to_another(&self, labels: &[Label]) -> bool {
        let [right, left, ..] = labels else { return false };
        let between = &self.tokens[left.token + 1..right.token];
        between.iter().any(|t| t.is(Role::Join)) && between.iter().all(|t| t.is(Role::Join) || t.is(Role::Filler))
    }

    /// 通过公告栏、电子屏发布公告1230条: where the thing has no row, the way it was disclosed has.
    fn ways(&self, labels: &[Label], class: UnitSet) -> Option<Reading> {
        let book = self.reader.book;
        let code = |l: &Label| {
            l.entry.senses.iter().filter(|s| s.units.meets(class) && s.within.is_empty()).find_map(|s| match s.target {
                Target::Code(code) if book[code].indicator == "proactive.items" => Some(code),
                _ => None,
            })
        };
        let mut left = labels.iter().skip(1).skip_while(|l| code(l).is_none_or(|c| !book[c].dimension.is_empty())).skip(1).peekable();
        let mut channels = Vec::new();
        let mut first = labels.first()?.token;
        while let Some(label) = left.next_if(|l| code(l).is_some_and(|c| book[c].dimension == "channel")) {
            channels.extend(code(label).map(|c| self.placed(c, label)));
            first = label.token;
        }
        let via = self.tokens[self.clause.min(first)..first].iter().rev().take_while(|t| t.label().is_none()).any(|t| t.is(Role::Via));
        combined(book, &channels).filter(|_| via && left.peek().is_none()).map(Reading::of)
    }

    /// Whether 等渠道 or 等方式 follows the labels of channels.
    pub(super) fn names_ways(&self, labels: &[Label]) -> bool {
        let spans = || labels.iter().map(|l| &self.tokens[l.token].span);
        let Some((from, to)) = spans().map(|s| s.start).min().zip(spans().map(|s| s.end).max()) else { return false };
        let words = &self.reader.text[from..to];
        words.contains('等') && ["渠道", "方式", "形式", "平台", "载体", "途径"].iter().any(|w| words.contains(w))
    }

    /// 收到12件 and 答复9件 without a word on what: of applications, unless the sentence is about another thing.
    pub(super) fn by_verb(&self, labels: &[Label], class: UnitSet) -> Option<Reading> {
        let nearest = labels.first()?;
        let open = self.context.frame.is_none_or(|f| f == Frame::APPLICATIONS || f == Frame::PROACTIVE);
        if self.context.foreign
            || !open
            || !class.meets(UnitSet::CASE)
            || matches!(self.reader.section, Section::Consultations | Section::Proposals)
        {
            return None;
        }
        // 数字城管平台受理案件8.6万件: an unknown desk, or an object that is no application.
        let text = self.reader.text;
        let verb = &self.tokens[nearest.token].span;
        let unknown = self.tokens[self.clause.min(nearest.token)..nearest.token].iter().any(|t| t.kind == Kind::Gap);
        let desk = ["平台", "系统", "热线", "大厅", "中心", "窗口"].iter().any(|d| text[self.span.start..verb.start].ends_with(d));
        let object = ["案件", "事件", "事项", "业务"].iter().any(|o| text[verb.end..].starts_with(o));
        if unknown && (desk || object) && self.reader.section != Section::Applications {
            return None;
        }
        if self.tells_of_another_desk(verb.start) {
            return None;
        }
        let sense = nearest.entry.senses.iter().find(|s| s.verb && s.within.contains(&Frame::APPLICATIONS) && s.units.meets(class))?;
        let Target::Code(code) = sense.target else { return None };
        // 办理 is said of much else.
        let telling = self.reader.book[code].indicator != "applications.result";
        telling.then(|| Reading { weak: true, ..Reading::of(code) })
    }

    /// Among words on applications: 申请答复 is an answer, 收到并答复 both, 结转 neither.
    pub(super) fn of_application(&self, codes: &[(CodeId, &Sense)], labels: &[Label]) -> Vec<CodeId> {
        let name = |c: CodeId| self.reader.book[c].indicator.as_str();
        for special in ["applications.carried_in", "applications.carried_out", "applications.new"] {
            if let Some((code, _)) = codes.iter().find(|(c, _)| name(*c) == special) {
                return vec![*code];
            }
        }
        let handled: Vec<CodeId> = codes.iter().map(|(c, _)| *c).filter(|c| name(*c) != "applications.received").collect();
        if handled.is_empty() {
            return vec![codes[0].0];
        }
        let received = codes.iter().find(|(c, s)| name(*c) == "applications.received" && s.verb).map(|(c, _)| *c);
        // 收到并办结12件: the verbs are joined by 并.
        let joined = labels.first().zip(labels.last()).is_some_and(|(right, left)| {
            self.tokens[left.token..right.token].iter().any(|t| t.is(Role::Join) && !self.reader.text[t.span.clone()].contains('或'))
        });
        let mut all: Vec<CodeId> =
            handled.into_iter().filter(|c| name(*c) != "applications.result" || codes.len() < 3).take(if joined { 2 } else { 1 }).collect();
        if let Some(received) = received.filter(|_| joined) {
            all.insert(0, received);
        }
        all
    }

    /// 其他, 其余: the category `other` of the dimension that the figures before it have.
    pub(super) fn rest(&self) -> Option<Reading> {
        let book = self.reader.book;
        let code = &book[self.context.dimension.filter(|_| !self.context.foreign)?];
        let category = match (code.indicator.as_str(), code.category.split_once('.')) {
            // 不予公开3件:个人隐私1件、过程性信息1件、其他1件: of what is left of a class there is no row.
            (_, Some((class, _))) if class != "other" => return None,
            ("applications.denied", _) => "other_statutory",
            // 逾期不补正4件、其他2件: of the class that the result beside it has, not of all results.
            (_, Some(("other", _))) => "other.miscellaneous",
            _ => "other",
        };
        book.find(&code.indicator, &code.dimension, category).map(Reading::of)
    }

    /// A website is the body's own or that of a superior: the word before it tells.
    pub(super) fn placed(&self, code: CodeId, label: &Label) -> CodeId {
        let book = self.reader.book;
        // 按答复类型分,…补正3件、其他途径2件: beside outcomes it is one.
        if book[code].dimension == "means" && book[code].category == "other" {
            let outcomes = self.context.dimension.is_some_and(|d| book[d].dimension == "outcome");
            return book.find("applications.answered", "outcome", "other_route").filter(|_| outcomes).unwrap_or(code);
        }
        if book[code].category != "website" {
            return code;
        }
        let span = &self.tokens[label.token].span;
        let place = label.token.checked_sub(1).map(|i| &self.tokens[i]);
        let superior = book.find("proactive.items", "channel", "superior_website").unwrap_or(code);
        if place.is_some_and(|t| t.is(Role::Place) && t.span.end == span.start) {
            return if self.reader.rank().is_none_or(|r| r > 1) { superior } else { code };
        }
        let mut name = self.reader.text[self.span.start..span.start].trim_end();
        // 省政府网站政府信息公开专栏: a column of the site.
        name = ["门户网站", "网站", "官网", "网"].iter().find_map(|site| name.strip_suffix(site)).unwrap_or(name);
        for office in ["人民政府", "政府", "政务", "门户", "信息公开", "公众信息", "官方", "党委", "人民"] {
            name = name.strip_suffix(office).unwrap_or(name);
        }
        // 市网, 县网: the unit stands in the label itself.
        let own = &self.reader.text[span.clone()];
        let inside = own.chars().next().filter(|c| "省市县区旗州".contains(*c) && own.ends_with('网'));
        let theirs = match inside {
            Some(c) => letter(c.encode_utf8(&mut [0; 4])),
            None if name.ends_with(['我', '本']) => None,
            None => {
                let mut before = name.chars().rev();
                let _ = before.next();
                let all = before.next().is_some_and(|c| "全我本各级".contains(c));
                letter(name).filter(|_| !all)
            }
        };
        let is_superior = theirs.is_some_and(|theirs| self.reader.rank().is_some_and(|own| theirs < own));
        if is_superior { superior } else { code }
    }

    /// The matter of Article 20 that labels name: beside a movement of it, or as what is counted
    /// (行政事业性收费项目2项).
    pub(super) fn matter(&self, labels: &[Label], class: UnitSet) -> Option<&'static str> {
        let is_movement = labels.iter().any(|l| l.entry.senses.iter().any(|s| matches!(s.target, Target::Movement(_))));
        let named = |s: &&Sense| {
            s.frame == Some(Frame::ARTICLE20)
                && s.within.is_empty()
                && (is_movement || (s.base && class.meets(UnitSet::MATTER) && s.units == UnitSet::MATTER))
        };
        labels.iter().find_map(|l| match l.entry.senses.iter().find(named)?.target {
            Target::Code(code) => Some(self.reader.book[code].indicator.as_str()),
            _ => None,
        })
    }
}

/// Whether a label can say that items are disclosed, whatever they are.
pub(super) fn is_items(book: &Codebook, label: &Label) -> bool {
    label.entry.senses.iter().any(|s| matches!(s.target, Target::Code(c) if book[c].short == "pro"))
}

/// Whether a label can name a part by a dimension: a channel, a topic.
pub(super) fn is_of(book: &Codebook, label: &Label, dimension: &str) -> bool {
    label.entry.senses.iter().any(|s| matches!(s.target, Target::Code(c) if book[c].dimension == dimension))
}

/// Whether a label starts a frame of its own.
pub(super) fn is_frame_word(label: &Label) -> bool {
    label.entry.senses.iter().any(|s| s.within.is_empty() && !s.part && !s.weak && !s.verb && s.frame.is_some_and(|f| f.priority() > 1))
}

/// Whether a label names a subject beside applications and items: proposals, consultations, training.
fn is_subject(label: &Label) -> bool {
    is_frame_word(label) && label.entry.senses.iter().any(|s| s.within.is_empty() && s.frame.is_some_and(|f| f.priority() >= 5))
}

/// Whether a label names applications as such: 申请, 依申请公开.
pub(super) fn is_application(book: &Codebook, label: &Label) -> bool {
    let received = |s: &Sense| matches!(s.target, Target::Code(c) if book[c].indicator == "applications.received");
    label.entry.senses.iter().any(|s| received(s) && s.within.is_empty() && s.zero && !s.part)
}

/// 因涉及国家秘密不予公开53件, 因不掌握而无法提供29件: the ground and the outcome. Several grounds before one outcome say
/// only the outcome.
fn grounds(book: &Codebook, parts: &[CodeId]) -> Option<Vec<CodeId>> {
    let (outcome, grounds) = parts.split_first()?;
    let class = book[*outcome].category.as_str();
    if !matches!(class, "denied" | "unavailable" | "not_processed") || grounds.is_empty() {
        return None;
    }
    let is_ground = |code: &CodeId| {
        let code = &book[*code];
        code.category.strip_prefix(class).is_some_and(|rest| rest.starts_with('.')) || (class == "denied" && code.dimension == "reason")
    };
    match grounds {
        [ground] if is_ground(ground) => Some(vec![*ground, *outcome]),
        _ if grounds.iter().all(is_ground) => Some(vec![*outcome]),
        _ => None,
    }
}

/// The code of several parts stated as one figure; `None` where the codebook has none for them.
pub(super) fn combined(book: &Codebook, parts: &[CodeId]) -> Option<CodeId> {
    let first = *parts.first()?;
    if parts.len() == 1 {
        return Some(first);
    }
    let of = |dimension: &str| parts.iter().copied().filter(|c| book[*c].dimension == dimension).collect::<Vec<_>>();
    let channels = of("channel");
    // 网站动态27条: the channel; its topic is a part of it.
    if !channels.is_empty() && channels.len() < parts.len() && channels.len() + of("topic").len() == parts.len() {
        return combined(book, &channels);
    }
    let all = |names: &[&str]| parts.iter().all(|c| names.contains(&book[*c].category.as_str()));
    let indicator = book[first].indicator.as_str();
    if all(&["weibo", "wechat", "new_media", "app"]) {
        return book.find(indicator, "channel", "new_media");
    }
    if all(&["state_secret", "trade_secret", "privacy", "security_stability", "secrets_privacy_security"]) {
        return book.find(indicator, "reason", "secrets_privacy_security");
    }
    if all(&["online", "email"]) && book[first].dimension == "means" {
        return book.find(indicator, "means", "online");
    }
    let dimension = book[first].dimension.as_str();
    // 按时办结 beside 网络: of different kinds the nearest tells.
    if parts.iter().all(|c| *c == first || book[*c].dimension != dimension) {
        return Some(first);
    }
    None
}
