//! The sections of a report: sentences in several wordings, and the statutory tables.

use fastrand::Rng;

use super::form::{self, APPLICANTS, Code, Edition, Kind, OUTCOMES, RESULTS, REVIEWS, SubTable};
use super::layout::{Block, Cell, Sheet};
use super::{Plan, Truth, pick, values};

/// The report of a plan; what it states is added to `facts`.
pub fn sections(plan: &Plan, values: &mut Rng, words: &mut Rng, facts: &mut Vec<Truth>) -> Vec<Block> {
    let mut out = vec![Block::Paragraph(lead(plan, words))];
    match plan.edition {
        Edition::Prose => prose(plan, values, words, facts, &mut out),
        Edition::F2014 => annex(plan, values, words, facts, &mut out),
        Edition::F2019 | Edition::F2021 => statutory(plan, values, words, facts, &mut out),
    }
    out
}

fn lead(plan: &Plan, words: &mut Rng) -> String {
    let (org, year) = (plan.org(), plan.year);
    match words.u8(..3) {
        0 => format!("本报告由{org}编制，数据统计期限为{year}年1月1日至{year}年12月31日。"),
        1 => format!("现将{org}{year}年政府信息公开工作情况报告如下，所列数据自{year}年1月1日起至12月31日止。"),
        _ => format!("根据《中华人民共和国政府信息公开条例》，{org}编写了{year}年的报告。"),
    }
}

fn heading(out: &mut Vec<Block>, text: &str) {
    out.push(Block::Heading(text.to_owned()));
}

fn paragraph(out: &mut Vec<Block>, text: String) {
    out.push(Block::Paragraph(text));
}

fn state(facts: &mut Vec<Truth>, code: Code, number: u64) {
    let qualifier = if number == 0 { "zero_stated" } else { "exact" };
    facts.push(Truth::of(code, "", Some(number as f64), qualifier));
}

/// A list of parts, each stated with its unit.
fn parts(words: &mut Rng, parts: &[(&str, u64)], unit: &str) -> String {
    let separator = pick(words, &["，", "、", "；"]);
    let listed: Vec<String> = parts.iter().map(|(label, number)| format!("{label}{number}{unit}")).collect();
    listed.join(separator)
}

fn proactive(plan: &Plan, values: &mut Rng, words: &mut Rng, facts: &mut Vec<Truth>, total: u64) -> String {
    let (we, year) = (if plan.department.is_some() { "本局" } else { plan.body.we() }, plan.year);
    state(facts, ("proactive.items", "", ""), total);
    let mut text = match words.u8(..4) {
        0 => format!("{year}年，{we}共主动公开政府信息{total}条"),
        1 => format!("全年主动公开政府信息{total}条"),
        2 => format!("{we}全年主动公开政府信息共计{total}条"),
        _ => format!("{year}年{we}主动公开政府信息{total}条"),
    };
    let channels: [u64; 3] = values::split(values, total);
    if plan.edition != Edition::F2014 {
        let named: Vec<(&str, u64, &'static str)> = if year >= 2013 {
            vec![("政府网站公开", channels[0], "website"), ("政务微博公开", channels[1], "weibo"), ("政务微信公开", channels[2], "wechat")]
        } else {
            vec![("政府网站公开", channels[0], "website"), ("政府公报公开", channels[1], "gazette"), ("其他方式公开", channels[2], "other")]
        };
        for (_, number, category) in &named {
            state(facts, ("proactive.items", "channel", category), *number);
        }
        let listed: Vec<(&str, u64)> = named.iter().map(|(label, number, _)| (*label, *number)).collect();
        text += pick(words, &["，其中", "。其中，", "，按渠道分，"]);
        text += &parts(words, &listed, "条");
    }
    text + "。"
}

fn prose(plan: &Plan, values: &mut Rng, words: &mut Rng, facts: &mut Vec<Truth>, out: &mut Vec<Block>) {
    let year = plan.year;
    heading(out, pick(words, &["一、概述", "一、基本情况", "一、工作概述"]));
    let (full, part) = (values.u64(1..40), values.u64(1..400));
    let (meetings, sessions, trained) = (values.u64(1..12), values.u64(1..12), values.u64(20..2_000));
    facts.push(Truth::exact(("organisation.staff", "employment", "full_time"), full as f64));
    facts.push(Truth::exact(("organisation.staff", "employment", "part_time"), part as f64));
    facts.push(Truth::exact(("meetings.held", "", ""), meetings as f64));
    facts.push(Truth::exact(("training.sessions", "", ""), sessions as f64));
    facts.push(Truth::exact(("training.participants", "", ""), trained as f64));
    paragraph(
        out,
        format!(
            "有专职人员{full}名、兼职人员{part}名。全年召开信息公开专题会议{meetings}次，举办培训班{sessions}期，接受培训{trained}人次。"
        ),
    );

    heading(out, pick(words, &["二、主动公开政府信息情况", "二、主动公开政府信息的情况", "二、政府信息主动公开情况"]));
    let total = values::count(values, plan.zeros / 4.0);
    let text = proactive(plan, values, words, facts, total);
    paragraph(out, text);
    if total > 100 {
        let topics: [u64; 4] = values::split(values, total);
        let named = [("概况类", "agency_overview"), ("计划总结类", "plans"), ("人事类", "personnel"), ("其他类", "other")];
        let shares = words.bool();
        let mut listed = Vec::new();
        for ((label, category), number) in named.iter().zip(topics) {
            state(facts, ("proactive.items", "topic", category), number);
            let share = if shares { format!("，占{:.2}%", number as f64 * 100.0 / total as f64) } else { String::new() };
            listed.push(format!("{label}{number}条{share}"));
        }
        paragraph(out, format!("按类别分，{}。", listed.join(if shares { "；" } else { "，" })));
    }

    heading(out, pick(words, &["三、依申请公开政府信息情况", "三、政府信息依申请公开情况", "三、依申请公开情况"]));
    let received = values::count(values, plan.zeros) % 5_000;
    if received == 0 {
        state(facts, ("applications.received", "", ""), 0);
        paragraph(
            out,
            pick(words, &["全年没有收到政府信息公开申请。", "全年未收到政府信息公开申请。", "全年收到政府信息公开申请0件。"]).to_owned(),
        );
    } else {
        state(facts, ("applications.received", "", ""), received);
        let means: [u64; 3] = values::split(values, received);
        let named = [("当面申请", means[0], "in_person"), ("网上申请", means[1], "online"), ("信函申请", means[2], "letter")];
        for (_, number, category) in named {
            state(facts, ("applications.received", "means", category), number);
        }
        let listed: Vec<(&str, u64)> = named.iter().map(|(label, number, _)| (*label, *number)).collect();
        let verb = pick(words, &["全年收到政府信息公开申请", "全年受理政府信息公开申请", "全年共收到申请"]);
        paragraph(out, format!("{verb}{received}件，其中{}。", parts(words, &listed, "件")));
        let outcomes: [u64; 5] = values::split(values, received);
        let named = [
            ("同意公开", "granted"),
            ("同意部分公开", "partially_granted"),
            ("不同意公开", "denied"),
            ("不属于本机关公开", "not_this_agency"),
            ("信息不存在", "does_not_exist"),
        ];
        state(facts, ("applications.answered", "", ""), received);
        for ((_, category), number) in named.iter().zip(outcomes) {
            state(facts, ("applications.answered", "outcome", category), number);
        }
        let listed: Vec<(&str, u64)> = named.iter().zip(outcomes).map(|((label, _), number)| (*label, number)).collect();
        let lead = pick(words, &["其中，", "其中", "包括："]);
        paragraph(out, format!("全年答复申请{received}件，{lead}{}。", parts(words, &listed, "件")));
    }

    heading(out, "四、收费及减免情况");
    state(facts, ("fees.collected", "", ""), 0);
    paragraph(out, pick(words, &["全年没有收取费用。", "全年未收取任何费用。", "依申请公开政府信息收取费用0元。"]).to_owned());

    heading(out, "五、因政府信息公开申请行政复议、提起行政诉讼的情况");
    let review = values::count(values, plan.zeros) % 40;
    let suits = values::count(values, plan.zeros) % 40;
    if review == 0 && suits == 0 {
        state(facts, ("reconsideration.cases", "", ""), 0);
        state(facts, ("litigation.cases", "", ""), 0);
        paragraph(
            out,
            pick(
                words,
                &["全年没有发生因政府信息公开引起的行政复议和行政诉讼。", "未发生行政复议、行政诉讼案件。", "行政复议、行政诉讼均为0件。"],
            )
            .to_owned(),
        );
    } else {
        for (name, label, number) in [("reconsideration.cases", "行政复议", review), ("litigation.cases", "行政诉讼", suits)] {
            state(facts, (name, "", ""), number);
            if number == 0 {
                paragraph(out, format!("全年发生{label}0件。"));
                continue;
            }
            let results: [u64; 3] = values::split(values, number);
            let named = [("维持", "upheld"), ("被纠正", "corrected"), ("其他情形", "other")];
            for ((_, category), number) in named.iter().zip(results) {
                state(facts, (name, "result", category), number);
            }
            let listed: Vec<(&str, u64)> = named.iter().zip(results).map(|((label, _), number)| (*label, number)).collect();
            paragraph(out, format!("全年发生{label}{number}件，其中{}。", parts(words, &listed, "件")));
        }
    }

    heading(out, "六、存在的问题和改进措施");
    paragraph(
        out,
        format!(
            "个别单位更新不及时。{}年计划主动公开政府信息{}条以上，培训{}人次。",
            year + 1,
            words.u64(1..9) * 100,
            words.u64(1..9) * 50
        ),
    );
}

fn annex(plan: &Plan, values: &mut Rng, words: &mut Rng, facts: &mut Vec<Truth>, out: &mut Vec<Block>) {
    let figures = values::annex(values, plan.zeros);
    facts.extend(figures.iter().map(|(code, number, _)| Truth::exact(*code, *number)));
    heading(out, "一、主要工作");
    let total = figures[0].2.clone();
    paragraph(out, format!("{}{}年主动公开政府信息{total}条，重点公开财政预算决算、重大建设项目等信息。", plan.body.we(), plan.year));
    heading(out, "二、存在的问题");
    paragraph(out, pick(words, &["解读的形式单一。", "个别栏目更新不及时。"]).to_owned());
    heading(out, "政府信息公开情况统计表");
    paragraph(out, format!("（{}年度）", plan.year));
    let mut sheet =
        Sheet { columns: 3, rows: vec![vec![Cell::new("统计指标"), Cell::new("单位"), Cell::new("统计数")]], review: false };
    let mut next = figures.iter();
    for (label, unit, code) in form::ANNEX {
        let number = if code.is_some() { next.next().map(|(_, _, print)| print.as_str()).unwrap_or_default() } else { "" };
        sheet.rows.push(vec![Cell::new(*label), Cell::new(*unit), Cell::new(number)]);
    }
    out.push(Block::Sheet(sheet));
}

fn statutory(plan: &Plan, values: &mut Rng, words: &mut Rng, facts: &mut Vec<Truth>, out: &mut Vec<Block>) {
    heading(out, "一、总体情况");
    let total = values::count(values, 0.0);
    let text = proactive(plan, values, words, facts, total);
    paragraph(out, format!("（一）主动公开。{text}"));
    paragraph(out, "（二）监督保障。按季度检查各单位的公开情况。".to_owned());
    heading(out, "二、主动公开政府信息情况");
    out.push(Block::Sheet(article20(plan, values, facts)));
    heading(out, "三、收到和处理政府信息公开申请情况");
    out.push(Block::Sheet(applications(plan, values, facts)));
    heading(out, "四、政府信息公开行政复议、行政诉讼情况");
    out.push(Block::Sheet(reviews(plan, values, facts)));
    heading(out, "五、存在的主要问题及改进情况");
    paragraph(out, format!("公开的内容还不够细。{}年将编制统一的目录。", plan.year + 1));
    heading(out, "六、其他需要报告的事项");
    paragraph(out, "无。".to_owned());
}

/// Whether a cell is left blank: its print and the fact it makes.
fn cell(plan: &Plan, values: &mut Rng, code: Code, applicant: &'static str, value: f64, print: String) -> (String, Truth) {
    let draw = values.f64();
    if draw < plan.blanks * 0.7 {
        (String::new(), Truth::of(code, applicant, None, "blank"))
    } else if draw < plan.blanks {
        ("—".to_owned(), Truth::of(code, applicant, None, "dash"))
    } else {
        (print, Truth::of(code, applicant, Some(value), "exact"))
    }
}

fn article20(plan: &Plan, values: &mut Rng, facts: &mut Vec<Truth>) -> Sheet {
    let tables: &[SubTable] = if plan.edition == Edition::F2019 { form::ARTICLE20_2019 } else { form::ARTICLE20_2021 };
    let mut sheet = Sheet { columns: 4, ..Sheet::default() };
    let notation = values.u8(..);
    for table in tables {
        sheet.rows.push(vec![Cell::new(table.title).columns(4)]);
        // The last column takes what is left of the width.
        let width = |at: usize| if at + 1 == table.columns.len() { 4 - table.columns.len() } else { 1 };
        let heads = table.columns.iter().enumerate().map(|(at, (head, ..))| Cell::new(*head).columns(width(at)));
        sheet.rows.push(std::iter::once(Cell::new("信息内容")).chain(heads).collect());
        for (label, indicator) in table.rows {
            let mut row = vec![Cell::new(*label)];
            for (at, (_, category, kind)) in table.columns.iter().enumerate() {
                let (value, print) = match kind {
                    Kind::Count => {
                        let number = values::count(values, plan.zeros);
                        (number as f64, number.to_string())
                    }
                    Kind::Change => values::change(values, notation),
                    Kind::Amount => values::money(values, plan.zeros),
                    Kind::AmountWithUnit => {
                        let (value, print) = values::money(values, plan.zeros);
                        (value, if value == 0.0 { print } else { format!("{print}万元") })
                    }
                };
                let (print, fact) = cell(plan, values, (indicator, "movement", category), "", value, print);
                facts.push(fact);
                row.push(Cell::new(print).columns(width(at)));
            }
            sheet.rows.push(row);
        }
    }
    sheet
}

fn applications(plan: &Plan, values: &mut Rng, facts: &mut Vec<Truth>) -> Sheet {
    let outcomes: Vec<_> = OUTCOMES.iter().chain(form::other_outcomes(plan.edition)).copied().collect();
    // By column: each outcome, then what came in, was carried in and carried out.
    let mut columns: Vec<Vec<u64>> = Vec::new();
    for who in 0..6 {
        let zeros = if who == 0 { plan.zeros } else { 1.0 - (1.0 - plan.zeros) / 4.0 };
        let mut column: Vec<u64> = outcomes.iter().map(|_| values::count(values, zeros) % 3_000).collect();
        let handled: u64 = column.iter().sum();
        let carried_out = if handled > 0 { values.u64(..4) } else { 0 };
        let carried_in = if handled > 0 { values.u64(..=handled.min(3)) } else { 0 };
        column.extend([handled, handled + carried_out - carried_in, carried_in, carried_out]);
        columns.push(column);
    }
    columns.push((0..columns[0].len()).map(|row| columns.iter().map(|column| column[row]).sum()).collect());
    let count = outcomes.len();

    let mut sheet = Sheet { columns: 10, ..Sheet::default() };
    let corner = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）";
    sheet.rows.push(vec![Cell::new(corner).rows(3).columns(3), Cell::new("申请人情况").columns(7)]);
    sheet.rows.push(vec![Cell::new("自然人").rows(2), Cell::new("法人或其他组织").columns(5), Cell::new("总计").rows(2)]);
    sheet.rows.push(["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"].map(Cell::new).to_vec());
    let mut row = |sheet: &mut Sheet, mut labels: Vec<Cell>, code: Code, at: usize| {
        for (applicant, column) in APPLICANTS.iter().zip(&columns) {
            let (print, fact) = cell(plan, values, code, applicant, column[at] as f64, column[at].to_string());
            facts.push(fact);
            labels.push(Cell::new(print));
        }
        sheet.rows.push(labels);
    };
    row(&mut sheet, vec![Cell::new("一、本年新收政府信息公开申请数量").columns(3)], ("applications.new", "", ""), count + 1);
    row(&mut sheet, vec![Cell::new("二、上年结转政府信息公开申请数量").columns(3)], ("applications.carried_in", "", ""), count + 2);
    for (at, (class, label, category)) in outcomes.iter().enumerate() {
        let mut labels = Vec::new();
        if at == 0 {
            labels.push(Cell::new("三、本年度办理结果").rows(count + 1));
        }
        if label.is_empty() {
            labels.push(Cell::new(*class).columns(2));
        } else {
            if at == 0 || outcomes[at - 1].0 != *class {
                labels.push(Cell::new(*class).rows(outcomes.iter().filter(|o| o.0 == *class).count()));
            }
            labels.push(Cell::new(*label));
        }
        row(&mut sheet, labels, ("applications.result", "outcome", category), at);
    }
    row(&mut sheet, vec![Cell::new("（七）总计").columns(2)], ("applications.result", "", ""), count);
    row(&mut sheet, vec![Cell::new("四、结转下年度继续办理").columns(3)], ("applications.carried_out", "", ""), count + 3);
    sheet
}

fn reviews(plan: &Plan, values: &mut Rng, facts: &mut Vec<Truth>) -> Sheet {
    let mut sheet = Sheet { columns: 15, review: true, ..Sheet::default() };
    let heads = || RESULTS.iter().map(|(label, _)| Cell::new(*label)).chain([Cell::new("总计")]);
    sheet.rows.push(vec![Cell::new("行政复议").columns(5), Cell::new("行政诉讼").columns(10)]);
    sheet
        .rows
        .push(heads().map(|cell| cell.rows(2)).chain([Cell::new(REVIEWS[1].0).columns(5), Cell::new(REVIEWS[2].0).columns(5)]).collect());
    sheet.rows.push(heads().chain(heads()).collect());
    let mut numbers = Vec::new();
    for (_, indicator) in REVIEWS {
        let mut sum = 0;
        for (_, category) in RESULTS {
            let number = values::count(values, plan.zeros.max(0.5)) % 60;
            sum += number;
            facts.push(Truth::exact((indicator, "result", category), number as f64));
            numbers.push(Cell::new(number.to_string()));
        }
        facts.push(Truth::exact((indicator, "", ""), sum as f64));
        numbers.push(Cell::new(sum.to_string()));
    }
    sheet.rows.push(numbers);
    sheet
}
