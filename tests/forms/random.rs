//! Random valid forms as tables with spans, and what they state.

use std::collections::HashMap;

/// A cell as it should come back: a value, or why there is none.
pub type Truth = HashMap<(String, &'static str), Option<f64>>;

/// A table as printed: rows of (text, rowspan, colspan).
pub type Printed = Vec<Vec<(String, usize, usize)>>;

pub fn cell(text: &str, rowspan: usize, colspan: usize) -> (String, usize, usize) {
    (text.to_owned(), rowspan, colspan)
}

const KINDS: [&str; 7] = ["natural_person", "business", "research", "public_interest", "legal_service", "other", "total"];

struct Row {
    group: Option<(&'static str, usize)>,
    label: &'static str,
    code: &'static str,
}

fn application_rows(edition: u16) -> Vec<Row> {
    let row = |label, code| Row { group: None, label, code };
    let first = |name, rows, label, code| Row { group: Some((name, rows)), label, code };
    let mut rows = vec![
        row("（一）予以公开", "granted"),
        row("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "partially_granted"),
        first("（三）不予公开", 8, "1.属于国家秘密", "denied.state_secret"),
        row("2.其他法律行政法规禁止公开", "denied.prohibited_by_law"),
        row("3.危及“三安全一稳定”", "denied.security_stability"),
        row("4.保护第三方合法权益", "denied.third_party"),
        row("5.属于三类内部事务信息", "denied.internal_affairs"),
        row("6.属于四类过程性信息", "denied.deliberative"),
        row("7.属于行政执法案卷", "denied.enforcement_file"),
        row("8.属于行政查询事项", "denied.administrative_query"),
        first("（四）无法提供", 3, "1.本机关不掌握相关政府信息", "unavailable.not_held"),
        row("2.没有现成信息需要另行制作", "unavailable.must_be_created"),
        row("3.补正后申请内容仍不明确", "unavailable.still_unclear"),
        first("（五）不予处理", 5, "1.信访举报投诉类申请", "not_processed.petition"),
        row("2.重复申请", "not_processed.repeated"),
        row("3.要求提供公开出版物", "not_processed.publication"),
        row("4.无正当理由大量反复申请", "not_processed.excessive"),
        row("5.要求行政机关确认或重新出具已获取信息", "not_processed.reconfirmation"),
    ];
    if edition == 2019 {
        rows.push(row("（六）其他处理", "other"));
    } else {
        rows.push(first("（六）其他处理", 3, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other.not_corrected"));
        rows.push(row("2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "other.fee_unpaid"));
        rows.push(row("3.其他", "other.miscellaneous"));
    }
    rows
}

/// Seven figures, the last the sum of the others; some blank.
fn seven(rng: &mut fastrand::Rng, most: u32) -> [u32; 7] {
    let mut values = [0; 7];
    for value in values.iter_mut().take(6) {
        *value = match rng.u8(..30) {
            0 => rng.u32(0..=most) * 997,
            1..10 => rng.u32(0..=most),
            _ => 0,
        };
    }
    values[6] = values[..6].iter().sum();
    values
}

pub fn is_of_figure(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// A valid form.
pub struct Form {
    /// Heading and table.
    pub tables: Vec<(&'static str, Printed)>,
    pub truth: Truth,
}

struct Printer<'a> {
    rng: &'a mut fastrand::Rng,
    blank_share: f64,
    truth: Truth,
}

impl Printer<'_> {
    fn figure(&mut self, code: String, applicant: &'static str, value: u32) -> (String, usize, usize) {
        if self.rng.f64() < self.blank_share {
            self.truth.insert((code, applicant), None);
            return cell("", 1, 1);
        }
        self.truth.insert((code, applicant), Some(f64::from(value)));
        cell(&value.to_string(), 1, 1)
    }

    /// An amount in 万元 with up to four places, which are whole yuan.
    fn amount(&mut self, code: String) -> (String, usize, usize) {
        let yuan = if self.rng.bool() { self.rng.u32(..4_000_000_000) } else { self.rng.u32(..5000) * 10_000 };
        let mut figure = self.figure(code.clone(), "", yuan);
        if !figure.0.is_empty() {
            let printed = format!("{}.{:04}", yuan / 10_000, yuan % 10_000);
            figure.0 = printed.trim_end_matches('0').trim_end_matches('.').to_owned();
        }
        figure
    }

    fn seven_cells(&mut self, code: &str, values: [u32; 7]) -> Vec<(String, usize, usize)> {
        KINDS.iter().zip(values).map(|(kind, value)| self.figure(code.to_owned(), kind, value)).collect()
    }

    fn applications(&mut self, edition: u16) -> Printed {
        let rows = application_rows(edition);
        let corner = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）";
        let mut printed: Printed = vec![
            vec![cell(corner, 3, 3), cell("申请人情况", 1, 7)],
            vec![cell("自然人", 2, 1), cell("法人或其他组织", 1, 5), cell("总计", 2, 1)],
            ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"].iter().map(|t| cell(t, 1, 1)).collect(),
        ];
        let outcomes: Vec<[u32; 7]> = rows.iter().map(|_| seven(self.rng, 400)).collect();
        let mut result = [0; 7];
        for values in &outcomes {
            for (sum, value) in result.iter_mut().zip(values) {
                *sum += value;
            }
        }
        let carried_in = seven(self.rng, 9);
        // All new and carried in are handled or carried out; none of the sides may be negative.
        let mut new = seven(self.rng, 500);
        let mut carried_out = [0; 7];
        for i in 0..7 {
            new[i] += result[i].saturating_sub(carried_in[i]);
            carried_out[i] = new[i] + carried_in[i] - result[i];
        }
        new[6] = new[..6].iter().sum();
        carried_out[6] = carried_out[..6].iter().sum();
        for (label, code, values) in [
            ("一、本年新收政府信息公开申请数量", "applications.new", new),
            ("二、上年结转政府信息公开申请数量", "applications.carried_in", carried_in),
        ] {
            let mut row = vec![cell(label, 1, 3)];
            row.extend(self.seven_cells(code, values));
            printed.push(row);
        }
        let mut in_group = 0;
        for (n, (row, values)) in rows.iter().zip(&outcomes).enumerate() {
            let mut cells = Vec::new();
            if n == 0 {
                cells.push(cell("三、本年度办理结果", rows.len() + 1, 1));
            }
            if let Some((group, height)) = row.group {
                cells.push(cell(group, height, 1));
                in_group = height;
            }
            cells.push(cell(row.label, 1, if in_group > 0 { 1 } else { 2 }));
            in_group = in_group.saturating_sub(1);
            cells.extend(self.seven_cells(&format!("applications.result/outcome/{}", row.code), *values));
            printed.push(cells);
        }
        let mut row = vec![cell("（七）总计", 1, 2)];
        row.extend(self.seven_cells("applications.result", result));
        printed.push(row);
        let mut row = vec![cell("四、结转下年度继续办理", 1, 3)];
        row.extend(self.seven_cells("applications.carried_out", carried_out));
        printed.push(row);
        printed
    }

    fn review(&mut self) -> Printed {
        let results = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"];
        let mut values = Vec::new();
        for group in ["reconsideration.cases", "litigation_direct.cases", "litigation_after_reconsideration.cases"] {
            let parts: Vec<u32> = (0..4).map(|_| self.rng.u32(0..30)).collect();
            for (part, result) in parts.iter().zip(["upheld", "corrected", "other", "pending"]) {
                values.push(self.figure(format!("{group}/result/{result}"), "", *part));
            }
            values.push(self.figure(group.to_owned(), "", parts.iter().sum()));
        }
        let mut second: Vec<_> = results.iter().map(|t| cell(t, 2, 1)).collect();
        second.extend([cell("未经复议直接起诉", 1, 5), cell("复议后起诉", 1, 5)]);
        let third = results.iter().chain(&results).map(|t| cell(t, 1, 1)).collect();
        vec![vec![cell("行政复议", 1, 5), cell("行政诉讼", 1, 10)], second, third, values]
    }

    fn article20(&mut self, edition: u16) -> Printed {
        let mut printed = Printed::new();
        let mut subtable = |title: &str, heads: &[(&str, &str)], rows: &[(&str, &str)], this: &mut Self| {
            printed.push(vec![cell(title, 1, 4)]);
            let last = 4 - heads.len();
            let wide = |n: usize| if n + 1 == heads.len() { last } else { 1 };
            let mut head = vec![cell("信息内容", 1, 1)];
            head.extend(heads.iter().enumerate().map(|(n, (label, _))| cell(label, 1, wide(n))));
            printed.push(head);
            for (label, code) in rows {
                let mut row = vec![cell(label, 1, 1)];
                for (n, (_, movement)) in heads.iter().enumerate() {
                    let code = format!("article20.{code}/movement/{movement}");
                    let mut figure = if *movement == "amount" {
                        this.amount(code)
                    } else {
                        let most = if this.rng.u8(..20) == 0 { 3_000_000 } else { 5000 };
                        let value = this.rng.u32(0..most);
                        this.figure(code, "", value)
                    };
                    figure.2 = wide(n);
                    row.push(figure);
                }
                printed.push(row);
            }
        };
        if edition == 2019 {
            subtable(
                "第二十条第（一）项",
                &[("本年新制作数量", "made"), ("本年新公开数量", "disclosed"), ("对外公开总数量", "disclosed_total")],
                &[("规章", "rules"), ("规范性文件", "normative_documents")],
                self,
            );
            let three = [("上一年项目数量", "items_last_year"), ("本年增/减", "change"), ("处理决定数量", "decisions")];
            subtable("第二十条第（五）项", &three, &[("行政许可", "licensing"), ("其他对外管理服务事项", "other_services")], self);
            subtable("第二十条第（六）项", &three, &[("行政处罚", "penalties"), ("行政强制", "coercion")], self);
            subtable("第二十条第（八）项", &three[..2], &[("行政事业性收费", "fees")], self);
            subtable(
                "第二十条第（九）项",
                &[("采购项目数量", "projects"), ("采购总金额", "amount")],
                &[("政府集中采购", "procurement")],
                self,
            );
        } else {
            subtable(
                "第二十条第（一）项",
                &[("本年制发件数", "issued"), ("本年废止件数", "repealed"), ("现行有效件数", "in_force")],
                &[("规章", "rules"), ("行政规范性文件", "normative_documents")],
                self,
            );
            subtable("第二十条第（五）项", &[("本年处理决定数量", "decisions")], &[("行政许可", "licensing")], self);
            subtable(
                "第二十条第（六）项",
                &[("本年处理决定数量", "decisions")],
                &[("行政处罚", "penalties"), ("行政强制", "coercion")],
                self,
            );
            subtable("第二十条第（八）项", &[("本年收费金额（单位：万元）", "amount")], &[("行政事业性收费", "fees")], self);
        }
        printed
    }

    fn annex(&mut self) -> Printed {
        let n = |rng: &mut fastrand::Rng| rng.u32(0..300);
        let rng = &mut *self.rng;
        let means = [n(rng), n(rng), n(rng), n(rng)];
        let done = [n(rng), n(rng)];
        let reasons = [n(rng), n(rng), n(rng), n(rng), n(rng), n(rng)];
        let denied: u32 = reasons.iter().sum();
        let outcomes = [n(rng), n(rng), n(rng), denied, n(rng), n(rng), n(rng), n(rng)];
        let (rec, lit) = ([n(rng), n(rng), n(rng)], [n(rng), n(rng), n(rng)]);
        let staff = [n(rng), n(rng)];
        let heads = [n(rng), n(rng)];
        let items = 5000 + n(rng);
        let mut rows: Vec<(&str, &str, &str, u32)> = vec![
            ("一、主动公开情况", "——", "", 0),
            ("（一）主动公开政府信息数\n（不同渠道和方式公开相同信息计1条）", "条", "proactive.items", items),
            ("其中：主动公开规范性文件数", "条", "proactive.normative_documents", n(rng)),
            ("制发规范性文件总数", "件", "proactive.normative_documents_issued", n(rng)),
            ("（二）通过不同渠道和方式公开政府信息的情况", "——", "", 0),
            ("1.政府公报公开政府信息数", "条", "proactive.items/channel/gazette", n(rng)),
            ("2.政府网站公开政府信息数", "条", "proactive.items/channel/website", n(rng)),
            ("3.政务微博公开政府信息数", "条", "proactive.items/channel/weibo", n(rng)),
            ("4.政务微信公开政府信息数", "条", "proactive.items/channel/wechat", n(rng)),
            ("5.其他方式公开政府信息数", "条", "proactive.items/channel/other", n(rng)),
            ("二、回应解读情况", "——", "", 0),
            ("（一）回应公众关注热点或重大舆情数\n（不同方式回应同一热点或舆情计1次）", "次", "response.public_concerns", n(rng)),
            ("（二）通过不同渠道和方式回应解读的情况", "——", "", 0),
            ("1.参加或举办新闻发布会总次数", "次", "response.press_conferences", heads[0] + 9),
            ("其中：主要负责同志参加新闻发布会次数", "次", "response.press_conferences_by_head", heads[0]),
            ("2.政府网站在线访谈次数", "次", "response.online_interviews", heads[1] + 2),
            ("其中：主要负责同志参加政府网站在线访谈次数", "次", "response.online_interviews_by_head", heads[1]),
            ("3.政策解读稿件发布数", "篇", "response.policy_interpretations", n(rng)),
            ("4.微博微信回应事件数", "次", "response.weibo_wechat_replies", n(rng)),
            ("5.其他方式回应事件数", "次", "response.other", n(rng)),
            ("三、依申请公开情况", "——", "", 0),
            ("（一）收到申请数", "件", "applications.received", means.iter().sum()),
            ("1.当面申请数", "件", "applications.received/means/in_person", means[0]),
            ("2.传真申请数", "件", "applications.received/means/fax", means[1]),
            ("3.网络申请数", "件", "applications.received/means/online", means[2]),
            ("4.信函申请数", "件", "applications.received/means/letter", means[3]),
            ("（二）申请办结数", "件", "applications.completed", done.iter().sum()),
            ("1.按时办结数", "件", "applications.completed/timeliness/on_time", done[0]),
            ("2.延期办结数", "件", "applications.completed/timeliness/extended", done[1]),
            ("（三）申请答复数", "件", "applications.answered", outcomes.iter().sum()),
        ];
        for (n, (label, code)) in [
            ("1.属于已主动公开范围数", "already_public"),
            ("2.同意公开答复数", "granted"),
            ("3.同意部分公开答复数", "partially_granted"),
            ("4.不同意公开答复数", "denied"),
            ("5.不属于本行政机关公开数", "not_this_agency"),
            ("6.申请信息不存在数", "does_not_exist"),
            ("7.告知作出更改补充数", "asked_to_amend"),
            ("8.告知通过其他途径办理数", "other_route"),
        ]
        .into_iter()
        .enumerate()
        {
            rows.push((label, "件", Box::leak(format!("applications.answered/outcome/{code}").into_boxed_str()), outcomes[n]));
            if code == "denied" {
                for (n, (label, code)) in [
                    ("其中：1.涉及国家秘密", "state_secret"),
                    ("2.涉及商业秘密", "trade_secret"),
                    ("3.涉及个人隐私", "privacy"),
                    ("4.危及国家安全、公共安全、经济安全和社会稳定", "security_stability"),
                    ("5.不是《条例》所指政府信息", "not_government_information"),
                    ("6.法律法规规定的其他情形", "other_statutory"),
                ]
                .into_iter()
                .enumerate()
                {
                    rows.push((label, "件", Box::leak(format!("applications.denied/reason/{code}").into_boxed_str()), reasons[n]));
                }
            }
        }
        rows.extend([
            ("四、行政复议数量", "件", "reconsideration.cases", rec.iter().sum()),
            ("（一）维持具体行政行为数", "件", "reconsideration.cases/result/upheld", rec[0]),
            ("（二）被依法纠错数", "件", "reconsideration.cases/result/corrected", rec[1]),
            ("（三）其他情形数", "件", "reconsideration.cases/result/other", rec[2]),
            ("五、行政诉讼数量", "件", "litigation.cases", lit.iter().sum()),
            ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "litigation.cases/result/upheld", lit[0]),
            ("（二）被依法纠错数", "件", "litigation.cases/result/corrected", lit[1]),
            ("（三）其他情形数", "件", "litigation.cases/result/other", lit[2]),
            ("六、举报投诉数量", "件", "complaints.cases", n(rng)),
            ("七、依申请公开信息收取的费用", "万元", "fees.collected", n(rng)),
            ("八、机构建设和保障经费情况", "——", "", 0),
            ("（一）政府信息公开工作专门机构数", "个", "organisation.units", n(rng)),
            ("（二）设置政府信息公开查阅点数", "个", "organisation.reading_points", n(rng)),
            ("（三）从事政府信息公开工作人员数", "人", "organisation.staff", staff.iter().sum()),
            ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人", "organisation.staff/employment/full_time", staff[0]),
            ("2.兼职人员数", "人", "organisation.staff/employment/part_time", staff[1]),
            (
                "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
                "万元",
                "organisation.budget",
                n(rng),
            ),
            ("九、政府信息公开会议和培训情况", "——", "", 0),
            ("（一）召开政府信息公开工作会议或专题会议数", "次", "meetings.held", n(rng)),
            ("（二）举办各类培训班数", "次", "training.sessions", n(rng)),
            ("（三）接受培训人员数", "人次", "training.participants", n(rng)),
        ]);
        let mut printed = vec![vec![cell("统 计 指 标", 1, 1), cell("单位", 1, 1), cell("统计数", 1, 1)]];
        for (label, unit, code, value) in rows {
            let label = label.replace('\n', "");
            let figure = if code.is_empty() {
                cell("", 1, 1)
            } else {
                if unit == "万元" { self.amount(code.to_owned()) } else { self.figure(code.to_owned(), "", value) }
            };
            printed.push(vec![cell(&label, 1, 1), cell(unit, 1, 1), figure]);
        }
        printed
    }
}

pub fn random_form(rng: &mut fastrand::Rng, edition: u16, blank_share: f64) -> Form {
    let mut printer = Printer { rng, blank_share, truth: Truth::new() };
    let tables = if edition == 2014 {
        vec![("附表", printer.annex())]
    } else {
        vec![
            ("二、主动公开政府信息情况", printer.article20(edition)),
            ("三、收到和处理政府信息公开申请情况", printer.applications(edition)),
            ("四、政府信息公开行政复议、行政诉讼情况", printer.review()),
        ]
    };
    Form { tables, truth: printer.truth }
}
