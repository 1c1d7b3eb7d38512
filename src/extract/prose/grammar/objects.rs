//! What stands between a verb of disclosure and its figure: lists of objects, the body's own field, classes of documents,
//! columns of a page.

use std::ops::Range;

use super::super::clauses::{Kind, Token};
use super::super::standing::letter;
use super::meaning::{is_items, is_of};
use super::{Label, Reading, Walk};

use crate::knowledge::{Frame, Role, Sense, Target, UnitSet};

impl Walk<'_, '_, '_> {
    /// 依申请公开等4个板块: whether a figure counts the columns of a page.
    pub(super) fn counts_columns(&self, end: usize) -> bool {
        const COLUMNS: [&str; 10] = ["板块", "版块", "栏目", "子栏目", "专栏", "专题", "目录", "子目录", "模块", "领域"];
        COLUMNS.iter().any(|column| self.reader.text[end..].starts_with(column))
    }

    /// 公文235件,其中主动公开120件、依申请公开65件、不予公开50件: how documents are classed, not what became
    /// of applications.
    pub(super) fn classes_documents(&self, labels: &[Label], class: UnitSet, i: usize) -> bool {
        let words = |k: usize| &self.reader.text[self.tokens[k].span.clone()];
        let shut = |w: &str| matches!(w, "不予公开" | "不公开" | "免予公开" | "不宜公开");
        let core = |k: usize| {
            let word = words(k).trim_start_matches('属');
            ["信息", "政府信息", "文件", "公文"].iter().find_map(|thing| word.strip_suffix(thing)).unwrap_or(word).trim_end_matches('的')
        };
        let is_class = |k: usize| core(k) == "依申请公开" || shut(core(k));
        // 制作政府信息3021条,其中…涉及国家秘密的12条: of what was made. 涉及国家秘密的公文类信息0条: of what there is.
        let is_document = class == UnitSet::ITEM && labels.first().is_some_and(|l| words(l.token).starts_with("公文类"));
        if self.context.produced || is_document {
            let book = self.reader.book;
            let is_application =
                |s: &Sense| matches!(s.target, Target::Code(c) if book[c].indicator.starts_with("applications.")) && !s.verb;
            let asked = |s: &Sense| s.verb && s.within.contains(&Frame::APPLICATIONS);
            let receives = labels.iter().any(|l| l.entry.senses.iter().any(asked));
            return !receives
                && labels.iter().any(|l| is_class(l.token) || l.entry.senses.iter().any(|s| s.within.is_empty() && is_application(s)));
        }
        let [label] = labels else { return false };
        let label = label.token;
        if !is_class(label) {
            return false;
        }
        let is_bare = core(label).len() == words(label).trim_end_matches('的').trim_start_matches('属').len();
        if is_bare && self.context.breakdown && self.context.frame == Some(Frame::PROACTIVE) {
            return true;
        }
        // 属依申请公开的6215条: an attribute of documents.
        let before = &self.reader.text[..self.tokens[label].span.start];
        if words(label).starts_with('属') || ["属", "属于", "属性为", "定为", "列为", "界定为"].iter().any(|word| before.ends_with(word))
        {
            return true;
        }
        let asks = |range: Range<usize>| {
            let asked = |s: &Sense| s.verb && s.within.contains(&Frame::APPLICATIONS);
            self.tokens[range].iter().filter_map(Token::label).any(|e| e.senses.iter().any(asked))
        };
        if asks(0..label) {
            return false;
        }
        let labels = || (0..self.tokens.len()).filter(|k| self.tokens[*k].label().is_some());
        // 公开信息1269条;依申请公开信息289条: items of a class, unless they are answered.
        let next = (i + 1..self.tokens.len()).find(|k| self.tokens[*k].kind == Kind::Semicolon).unwrap_or(self.tokens.len());
        let book = self.reader.book;
        let of_application = |s: &Sense| matches!(s.target, Target::Code(c) if book[c].indicator.starts_with("applications."));
        let is_answered = self.tokens[i + 1..next].iter().filter_map(Token::label).any(|e| e.senses.iter().any(of_application));
        let is_items = !is_bare && class == UnitSet::ITEM && !is_answered;
        is_items
            || (labels().any(|k| core(k) == "主动公开") && labels().any(|k| core(k) == "依申请公开") && labels().any(|k| shut(core(k))))
    }

    /// 主动公开工作动态、政策解读等各类信息275条; 公开政府文件、政务信息276条: what a list of objects names is an
    /// example or a part, and the figure is one of all that was disclosed: the labels in the list say nothing of it and
    /// are taken out. Returns whether the list is one thing among others, which no row counts.
    pub(super) fn set_aside_objects(&self, i: usize, labels: &mut Vec<Label>) -> bool {
        let book = self.reader.book;
        let is_items = |l: &Label| is_items(book, l);
        let is_counted = self.tokens[i].quantity().is_some_and(|q| q.class.meets(UnitSet::ITEM));
        if !labels.iter().any(is_items) || !is_counted {
            return false;
        }
        let text = self.reader.text;
        let end = |l: &Label| self.tokens[l.token].span.end;
        let figure = self.tokens[i].span.start;
        // The verb before the list, else the one behind it: 对机构信息、工作动态等信息主动公开201条.
        let lists = |l: &Label| {
            let ways = labels.iter().any(|way| way.token > l.token && is_of(book, way, "channel"));
            !ways && lists_objects(&text[end(l)..figure])
        };
        let is_verb = |l: &&Label| is_items(l) && (lists(l) || self.is_own_object(l, labels, i));
        if let Some(verb) = labels.iter().rev().find(is_verb).copied() {
            labels.retain(|l| l.token <= verb.token);
            labels[0].near = true;
            // 更新领导信息、联系方式等信息5条,发布年报1条: one thing of a list.
            let words = &text[end(&verb)..figure];
            return !["各类", "各种", "其他", "其它"].iter().any(|all| words.contains(all)) && self.is_listed(i);
        }
        let nearest = labels[0];
        // 环保工作等方面53条, 聚焦就业、医疗卫生等工作发布357条: the last of a list stands for none of it.
        if nearest.near
            && is_of(book, &nearest, "topic")
            && is_last_of_list(&text[end(&nearest)..figure], &text[..self.tokens[nearest.token].span.start])
        {
            return true;
        }
        let start = self.tokens[nearest.token].span.start;
        let ends_list = |l: &Label| {
            is_of(book, l, "topic") && is_last_of_list(&text[end(l)..start.max(end(l))], &text[..self.tokens[l.token].span.start])
        };
        if is_items(&nearest) && labels[1..].iter().any(ends_list) {
            return true;
        }
        let before = &text[self.tokens[labels[labels.len() - 1].token].span.start..self.tokens[nearest.token].span.start];
        if nearest.near && is_items(&nearest) && lists_objects(before) {
            labels.retain(|l| l.token == nearest.token || is_of(book, l, "channel"));
        }
        false
    }

    /// Whether the next figure of the sentence counts another thing: neither a way of disclosure nor all that was
    /// disclosed, and no part.
    fn is_listed(&self, i: usize) -> bool {
        let book = self.reader.book;
        let Some(next) = (i + 1..self.tokens.len()).find(|k| self.tokens[*k].quantity().is_some()) else { return false };
        let between = &self.tokens[i + 1..next];
        let opens = between.iter().any(|t| t.is(Role::Breakdown) || matches!(t.kind, Kind::Open | Kind::Semicolon | Kind::Stop));
        let is_item = self.tokens[next].quantity().is_some_and(|q| q.class == UnitSet::ITEM);
        let labels = self.labels(i + 1..next);
        let thing = labels.first().filter(|l| l.near);
        !opens && is_item && thing.is_some_and(|l| !is_items(book, l) && !labels.iter().any(|l| is_of(book, l, "channel")))
    }

    /// The topic beside a channel, where the next figure is one of another topic.
    pub(super) fn listed_topic(&self, i: usize, labels: &[Label], reading: &Reading, class: UnitSet) -> Option<Reading> {
        let book = self.reader.book;
        let is_channel = matches!(reading.codes[..], [code] if book[code].dimension == "channel");
        let topic = |l: &Label| {
            l.entry.senses.iter().filter(|s| s.units.meets(class) && s.within.is_empty()).find_map(|s| match s.target {
                Target::Code(code) if book[code].dimension == "topic" => Some(code),
                _ => None,
            })
        };
        let own = labels.first().filter(|l| is_channel && l.near).and_then(topic)?;
        let joined = self.tokens.get(i + 1).is_some_and(|t| t.is(Role::Join) || t.kind == Kind::Comma);
        let next = (i + 2..self.tokens.len()).find(|k| self.tokens[*k].quantity().is_some() || self.tokens[*k].kind == Kind::Stop)?;
        let others = self.labels(i + 2..next);
        (joined && self.tokens[next].quantity().is_some() && others.first().is_some_and(|l| l.near && is_of(book, l, "topic")))
            .then(|| Reading::of(own))
    }

    /// 文件类信息公开31条: the bare verb behind the name of a class that has no row counts that class.
    pub(super) fn is_class_of_items(&self, labels: &[Label]) -> bool {
        let Some((label, others)) = labels.split_first() else { return false };
        let book = self.reader.book;
        // 统计数据栏目公开5条, 网站通知栏目公开12条: what the class is, or where, is known.
        let is_known = |l: &Label| (is_of(book, l, "topic") && l.near) || is_of(book, l, "channel");
        let via = self.tokens[self.clause.min(label.token)..label.token].iter().any(|t| t.is(Role::Via));
        if others.iter().any(is_known) || via {
            return false;
        }
        let is_items = is_items(book, label);
        let before = self.reader.text[self.span.start..self.tokens[label.token].span.start].trim_end_matches([':', '：', ' ']);
        // 通知公告2条,专项资金项目公开10条: among things of a list.
        let is_bare = &self.reader.text[self.tokens[label.token].span.clone()] == "公开";
        let is_noun = label.token.checked_sub(1).is_some_and(|k| {
            k >= self.clause && (self.tokens[k].kind == Kind::Gap || self.tokens[k].is(Role::Opaque)) && !self.tokens[k].is(Role::Body)
        });
        // 上山乡公开12条,下水乡公开30条 are figures of bodies.
        let is_noun = is_noun && letter(before).is_none();
        let is_listed =
            is_bare && is_noun && self.tokens[..label.token].iter().any(|t| t.quantity().is_some_and(|q| q.class == UnitSet::ITEM));
        is_items && (is_listed || ["类信息", "类文件", "领域", "栏目"].iter().any(|class| before.ends_with(class)))
    }

    /// 卫生局…主动公开卫生信息52条: whether what stands between a verb of disclosure and its figure is no more than the
    /// field of the body itself.
    fn is_own_object(&self, verb: &Label, labels: &[Label], i: usize) -> bool {
        let book = self.reader.book;
        if self.context.breakdown || self.context.dimension.is_some() {
            return false;
        }
        // 编发审计信息126篇: what is written is disclosed where a way of disclosure is named.
        let way = self.context.channel.is_some() || labels.iter().any(|l| is_of(book, l, "channel"));
        if !way && verb.entry.senses.iter().all(|s| s.weak) {
            return false;
        }
        let object = &self.reader.text[self.tokens[verb.token].span.end..self.tokens[i].span.start];
        let object = object.trim_end_matches(COUNTING).trim_start_matches(['了', '涉', '的', ' ']);
        let Some(field) = ["政府信息", "政务信息", "工作信息", "信息"].iter().find_map(|thing| object.strip_suffix(thing))
        else {
            return false;
        };
        let field = ["各类", "各种"].iter().find_map(|all| field.strip_prefix(all)).unwrap_or(field).trim_end_matches('类');
        if !(2..=6).contains(&field.chars().count()) || !self.reader.is_own_field(field) {
            return false;
        }
        // 教育信息52条、人事信息10条 is a list of topics.
        let topic = |s: &Sense| matches!(s.target, Target::Code(c) if book[c].dimension == "topic");
        let mut rest = self.tokens[i + 1..].iter().take_while(|t| !t.is(Role::Breakdown) && t.kind != Kind::Open);
        !rest.any(|t| t.label().is_some_and(|e| e.senses.iter().any(topic)))
    }
}

/// Characters of the words between a thing and its number: 共计, 总计, 达, 约.
const COUNTING: [char; 13] = ['共', '计', '合', '总', '累', '达', '约', '近', '有', '为', '超', '过', ' '];

/// Whether words are a list of things that were disclosed, which ends in a word for all of them: 工作动态、政策解读等
/// 各类信息, 政府文件、政务信息, 各类信息及工作动态类信息.
fn lists_objects(words: &str) -> bool {
    /// Longest words between 等 and 信息: 等群众关心关注的各类.
    const LONGEST: usize = 14;
    const ALL: [&str; 6] = ["政务信息", "政府信息", "各类信息", "其他信息", "其它信息", "相关信息"];
    let words = words.trim_end_matches(COUNTING);
    if words.contains(['，', ',', '；', ';', '。', '：', ':']) {
        return false;
    }
    // 公开机构概况、工作动态等35条.
    if words.strip_suffix('等').is_some_and(|list| list.contains('、')) {
        return true;
    }
    let Some(list) = words.strip_suffix("信息").or_else(|| words.strip_suffix("内容")) else { return false };
    // 网站、公开栏、电视台等途径公开信息: ways, not things.
    const WAYS: [&str; 9] = ["公开", "发布", "公布", "途径", "渠道", "方式", "平台", "载体", "形式"];
    let is_open = ["等", "以及其他", "及其他", "和其他"].iter().any(|open| {
        list.rsplit_once(open).is_some_and(|(before, after)| {
            before.contains('、') && after.chars().count() <= LONGEST && !WAYS.iter().any(|way| after.contains(way))
        })
    });
    let joined =
        |join: &str| words.rsplit_once(join).is_some_and(|(one, other)| ALL.contains(&other) || ALL.iter().any(|all| one.ends_with(all)));
    is_open || ["、", "及", "以及", "和"].iter().any(|join| joined(join))
}

/// Whether words behind a label end a list of examples that it stands in: 、医疗卫生等工作.
fn is_last_of_list(behind: &str, before: &str) -> bool {
    let behind = behind.trim_end_matches(COUNTING);
    let is_open = ["等", "等方面", "等工作", "等领域", "工作等", "工作等方面", "等方面工作", "等方面信息"].contains(&behind);
    is_open && before.ends_with('、')
}
