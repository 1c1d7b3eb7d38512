//! The statutory forms as the generator prints them: its own list, not the program's.

use std::ops::RangeInclusive;

/// Indicator, dimension, category.
pub type Code = (&'static str, &'static str, &'static str);

/// Editions of the statutory form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edition {
    /// No statutory table.
    Prose,
    /// Annex table of 国办发〔2014〕32号.
    F2014,
    /// 国办公开办函〔2019〕60号.
    F2019,
    /// 国办公开办函〔2021〕30号.
    F2021,
}

impl Edition {
    pub const ALL: &'static [Self] = &[Self::Prose, Self::F2014, Self::F2019, Self::F2021];

    pub fn years(self) -> RangeInclusive<i16> {
        match self {
            Self::Prose => 2008..=2018,
            Self::F2014 => 2014..=2018,
            Self::F2019 => 2019..=2020,
            Self::F2021 => 2021..=2024,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prose => "2008",
            Self::F2014 => "2014",
            Self::F2019 => "2019",
            Self::F2021 => "2021",
        }
    }
}

/// Columns of the application table.
pub const APPLICANTS: [&str; 7] = ["natural_person", "business", "research", "public_interest", "legal_service", "other", "total"];

/// A row of the annex of 2014: label, unit, what it counts (`None`: a heading).
pub type AnnexRow = (&'static str, &'static str, Option<Code>);

pub const ANNEX: &[AnnexRow] = &[
    ("一、主动公开情况", "——", None),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", Some(("proactive.items", "", ""))),
    ("其中：主动公开规范性文件数", "条", Some(("proactive.normative_documents", "", ""))),
    ("制发规范性文件总数", "件", Some(("proactive.normative_documents_issued", "", ""))),
    ("（二）通过不同渠道和方式公开政府信息的情况", "——", None),
    ("1.政府公报公开政府信息数", "条", Some(("proactive.items", "channel", "gazette"))),
    ("2.政府网站公开政府信息数", "条", Some(("proactive.items", "channel", "website"))),
    ("3.政务微博公开政府信息数", "条", Some(("proactive.items", "channel", "weibo"))),
    ("4.政务微信公开政府信息数", "条", Some(("proactive.items", "channel", "wechat"))),
    ("5.其他方式公开政府信息数", "条", Some(("proactive.items", "channel", "other"))),
    ("二、回应解读情况", "——", None),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次", Some(("response.public_concerns", "", ""))),
    ("（二）通过不同渠道和方式回应解读的情况", "——", None),
    ("1.参加或举办新闻发布会总次数", "次", Some(("response.press_conferences", "", ""))),
    ("其中：主要负责同志参加新闻发布会次数", "次", Some(("response.press_conferences_by_head", "", ""))),
    ("2.政府网站在线访谈次数", "次", Some(("response.online_interviews", "", ""))),
    ("其中：主要负责同志参加政府网站在线访谈次数", "次", Some(("response.online_interviews_by_head", "", ""))),
    ("3.政策解读稿件发布数", "篇", Some(("response.policy_interpretations", "", ""))),
    ("4.微博微信回应事件数", "次", Some(("response.weibo_wechat_replies", "", ""))),
    ("5.其他方式回应事件数", "次", Some(("response.other", "", ""))),
    ("三、依申请公开情况", "——", None),
    ("（一）收到申请数", "件", Some(("applications.received", "", ""))),
    ("1.当面申请数", "件", Some(("applications.received", "means", "in_person"))),
    ("2.传真申请数", "件", Some(("applications.received", "means", "fax"))),
    ("3.网络申请数", "件", Some(("applications.received", "means", "online"))),
    ("4.信函申请数", "件", Some(("applications.received", "means", "letter"))),
    ("（二）申请办结数", "件", Some(("applications.completed", "", ""))),
    ("1.按时办结数", "件", Some(("applications.completed", "timeliness", "on_time"))),
    ("2.延期办结数", "件", Some(("applications.completed", "timeliness", "extended"))),
    ("（三）申请答复数", "件", Some(("applications.answered", "", ""))),
    ("1.属于已主动公开范围数", "件", Some(("applications.answered", "outcome", "already_public"))),
    ("2.同意公开答复数", "件", Some(("applications.answered", "outcome", "granted"))),
    ("3.同意部分公开答复数", "件", Some(("applications.answered", "outcome", "partially_granted"))),
    ("4.不同意公开答复数", "件", Some(("applications.answered", "outcome", "denied"))),
    ("其中：涉及国家秘密", "件", Some(("applications.denied", "reason", "state_secret"))),
    ("涉及商业秘密", "件", Some(("applications.denied", "reason", "trade_secret"))),
    ("涉及个人隐私", "件", Some(("applications.denied", "reason", "privacy"))),
    ("危及国家安全、公共安全、经济安全和社会稳定", "件", Some(("applications.denied", "reason", "security_stability"))),
    ("不是《条例》所指政府信息", "件", Some(("applications.denied", "reason", "not_government_information"))),
    ("法律法规规定的其他情形", "件", Some(("applications.denied", "reason", "other_statutory"))),
    ("5.不属于本行政机关公开数", "件", Some(("applications.answered", "outcome", "not_this_agency"))),
    ("6.申请信息不存在数", "件", Some(("applications.answered", "outcome", "does_not_exist"))),
    ("7.告知作出更改补充数", "件", Some(("applications.answered", "outcome", "asked_to_amend"))),
    ("8.告知通过其他途径办理数", "件", Some(("applications.answered", "outcome", "other_route"))),
    ("四、行政复议数量", "件", Some(("reconsideration.cases", "", ""))),
    ("（一）维持具体行政行为数", "件", Some(("reconsideration.cases", "result", "upheld"))),
    ("（二）被依法纠错数", "件", Some(("reconsideration.cases", "result", "corrected"))),
    ("（三）其他情形数", "件", Some(("reconsideration.cases", "result", "other"))),
    ("五、行政诉讼数量", "件", Some(("litigation.cases", "", ""))),
    ("（一）维持具体行政行为或者驳回原告诉讼请求数", "件", Some(("litigation.cases", "result", "upheld"))),
    ("（二）被依法纠错数", "件", Some(("litigation.cases", "result", "corrected"))),
    ("（三）其他情形数", "件", Some(("litigation.cases", "result", "other"))),
    ("六、举报投诉数量", "件", Some(("complaints.cases", "", ""))),
    ("七、依申请公开信息收取的费用", "万元", Some(("fees.collected", "", ""))),
    ("八、机构建设和保障经费情况", "——", None),
    ("（一）政府信息公开工作专门机构数", "个", Some(("organisation.units", "", ""))),
    ("（二）设置政府信息公开查阅点数", "个", Some(("organisation.reading_points", "", ""))),
    ("（三）从事政府信息公开工作人员数", "人", Some(("organisation.staff", "", ""))),
    ("1.专职人员数（不包括政府公报及政府网站工作人员数）", "人", Some(("organisation.staff", "employment", "full_time"))),
    ("2.兼职人员数", "人", Some(("organisation.staff", "employment", "part_time"))),
    (
        "（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）",
        "万元",
        Some(("organisation.budget", "", "")),
    ),
    ("九、政府信息公开会议和培训情况", "——", None),
    ("（一）召开政府信息公开工作会议或专题会议数", "次", Some(("meetings.held", "", ""))),
    ("（二）举办各类培训班数", "次", Some(("training.sessions", "", ""))),
    ("（三）接受培训人员数", "人次", Some(("training.participants", "", ""))),
];

/// Results of the application table of 2019: class, row (empty where the class is the row), category.
pub const OUTCOMES: &[(&str, &str, &str)] = &[
    ("（一）予以公开", "", "granted"),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "", "partially_granted"),
    ("（三）不予公开", "1.属于国家秘密", "denied.state_secret"),
    ("（三）不予公开", "2.其他法律行政法规禁止公开", "denied.prohibited_by_law"),
    ("（三）不予公开", "3.危及“三安全一稳定”", "denied.security_stability"),
    ("（三）不予公开", "4.保护第三方合法权益", "denied.third_party"),
    ("（三）不予公开", "5.属于三类内部事务信息", "denied.internal_affairs"),
    ("（三）不予公开", "6.属于四类过程性信息", "denied.deliberative"),
    ("（三）不予公开", "7.属于行政执法案卷", "denied.enforcement_file"),
    ("（三）不予公开", "8.属于行政查询事项", "denied.administrative_query"),
    ("（四）无法提供", "1.本机关不掌握相关政府信息", "unavailable.not_held"),
    ("（四）无法提供", "2.没有现成信息需要另行制作", "unavailable.must_be_created"),
    ("（四）无法提供", "3.补正后申请内容仍不明确", "unavailable.still_unclear"),
    ("（五）不予处理", "1.信访举报投诉类申请", "not_processed.petition"),
    ("（五）不予处理", "2.重复申请", "not_processed.repeated"),
    ("（五）不予处理", "3.要求提供公开出版物", "not_processed.publication"),
    ("（五）不予处理", "4.无正当理由大量反复申请", "not_processed.excessive"),
    ("（五）不予处理", "5.要求行政机关确认或重新出具已获取信息", "not_processed.reconfirmation"),
];

/// The last class of results.
pub fn other_outcomes(edition: Edition) -> &'static [(&'static str, &'static str, &'static str)] {
    const OTHER: &str = "（六）其他处理";
    match edition {
        Edition::F2019 => &[(OTHER, "", "other")],
        _ => &[
            (OTHER, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请", "other.not_corrected"),
            (OTHER, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "other.fee_unpaid"),
            (OTHER, "3.其他", "other.miscellaneous"),
        ],
    }
}

/// Columns of a block of the review table.
pub const RESULTS: [(&str, &str); 4] = [("结果维持", "upheld"), ("结果纠正", "corrected"), ("其他结果", "other"), ("尚未审结", "pending")];

/// Blocks of the review table.
pub const REVIEWS: [(&str, &str); 3] = [
    ("行政复议", "reconsideration.cases"),
    ("未经复议直接起诉", "litigation_direct.cases"),
    ("复议后起诉", "litigation_after_reconsideration.cases"),
];

/// Kinds of figure in the tables of article 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Count,
    /// More or fewer than last year.
    Change,
    /// Money, the unit printed in the cell.
    AmountWithUnit,
    /// Money in 万元, the unit printed in the head.
    Amount,
}

/// A sub-table of article 20.
pub struct SubTable {
    pub title: &'static str,
    /// Head of each column with its category and kind.
    pub columns: &'static [(&'static str, &'static str, Kind)],
    /// Rows with their indicator.
    pub rows: &'static [(&'static str, &'static str)],
}

const ITEMS: &[(&str, &str, Kind)] = &[
    ("上一年项目数量", "items_last_year", Kind::Count),
    ("本年增/减", "change", Kind::Change),
    ("处理决定数量", "decisions", Kind::Count),
];
const DECISIONS: &[(&str, &str, Kind)] = &[("本年处理决定数量", "decisions", Kind::Count)];

pub const ARTICLE20_2019: &[SubTable] = &[
    SubTable {
        title: "第二十条第（一）项",
        columns: &[
            ("本年新制作数量", "made", Kind::Count),
            ("本年新公开数量", "disclosed", Kind::Count),
            ("对外公开总数量", "disclosed_total", Kind::Count),
        ],
        rows: &[("规章", "article20.rules"), ("规范性文件", "article20.normative_documents")],
    },
    SubTable {
        title: "第二十条第（五）项",
        columns: ITEMS,
        rows: &[("行政许可", "article20.licensing"), ("其他对外管理服务事项", "article20.other_services")],
    },
    SubTable {
        title: "第二十条第（六）项",
        columns: ITEMS,
        rows: &[("行政处罚", "article20.penalties"), ("行政强制", "article20.coercion")],
    },
    SubTable {
        title: "第二十条第（八）项",
        columns: &[("上一年项目数量", "items_last_year", Kind::Count), ("本年增/减", "change", Kind::Change)],
        rows: &[("行政事业性收费", "article20.fees")],
    },
    SubTable {
        title: "第二十条第（九）项",
        columns: &[("采购项目数量", "projects", Kind::Count), ("采购总金额", "amount", Kind::AmountWithUnit)],
        rows: &[("政府集中采购", "article20.procurement")],
    },
];

pub const ARTICLE20_2021: &[SubTable] = &[
    SubTable {
        title: "第二十条第（一）项",
        columns: &[
            ("本年制发件数", "issued", Kind::Count),
            ("本年废止件数", "repealed", Kind::Count),
            ("现行有效件数", "in_force", Kind::Count),
        ],
        rows: &[("规章", "article20.rules"), ("行政规范性文件", "article20.normative_documents")],
    },
    SubTable { title: "第二十条第（五）项", columns: DECISIONS, rows: &[("行政许可", "article20.licensing")] },
    SubTable {
        title: "第二十条第（六）项",
        columns: DECISIONS,
        rows: &[("行政处罚", "article20.penalties"), ("行政强制", "article20.coercion")],
    },
    SubTable {
        title: "第二十条第（八）项",
        columns: &[("本年收费金额（单位：万元）", "amount", Kind::Amount)],
        rows: &[("行政事业性收费", "article20.fees")],
    },
];
