//! Bodies whose code and parents did not change from 2008 to 2025.

/// A place with a government.
#[derive(Debug)]
pub struct Body {
    pub code: &'static str,
    pub province: &'static str,
    pub city: Option<&'static str>,
    pub county: Option<&'static str>,
    /// Document number stem and head of its pages.
    pub host: &'static str,
}

impl Body {
    /// The name of the place as titles give it: a county with its city.
    pub fn place(&self) -> String {
        match (self.city, self.county) {
            (Some(city), Some(county)) => format!("{city}{county}"),
            (None, Some(county)) => format!("{}{county}", self.province),
            (Some(city), None) => city.to_owned(),
            (None, None) => self.province.to_owned(),
        }
    }

    pub fn level(&self) -> &'static str {
        match (self.city, self.county) {
            (_, Some(_)) => "county",
            (Some(_), None) => "prefecture",
            (None, None) => "province",
        }
    }

    /// The name alone.
    pub fn name(&self) -> &'static str {
        self.county.or(self.city).unwrap_or(self.province)
    }

    /// How the body calls itself in a sentence.
    pub fn we(&self) -> &'static str {
        match self.level() {
            "county" if self.name().ends_with('县') => "全县",
            "county" => "全区",
            "prefecture" if self.name().ends_with('州') => "全州",
            "prefecture" => "全市",
            _ => "全省",
        }
    }
}

const fn city(code: &'static str, province: &'static str, city: &'static str, host: &'static str) -> Body {
    Body { code, province, city: Some(city), county: None, host }
}

const fn county(code: &'static str, province: &'static str, city: &'static str, county: &'static str, host: &'static str) -> Body {
    Body { code, province, city: Some(city), county: Some(county), host }
}

const fn district(code: &'static str, province: &'static str, county: &'static str, host: &'static str) -> Body {
    Body { code, province, city: None, county: Some(county), host }
}

/// All of a small country: the counties of one prefecture in each of three provinces, twenty in all.
pub const TWENTY_COUNTIES: [&[&Body]; 3] = [
    &[
        &county("510502", "四川省", "泸州市", "江阳区", "jiangyang"),
        &county("510503", "四川省", "泸州市", "纳溪区", "naxi"),
        &county("510504", "四川省", "泸州市", "龙马潭区", "longmatan"),
        &county("510521", "四川省", "泸州市", "泸县", "luxian"),
        &county("510522", "四川省", "泸州市", "合江县", "hejiang"),
        &county("510524", "四川省", "泸州市", "叙永县", "xuyong"),
        &county("510525", "四川省", "泸州市", "古蔺县", "gulin"),
    ],
    &[
        &county("610502", "陕西省", "渭南市", "临渭区", "linwei"),
        &county("610522", "陕西省", "渭南市", "潼关县", "tongguan"),
        &county("610523", "陕西省", "渭南市", "大荔县", "dali"),
        &county("610524", "陕西省", "渭南市", "合阳县", "heyang"),
        &county("610525", "陕西省", "渭南市", "澄城县", "chengcheng"),
        &county("610526", "陕西省", "渭南市", "蒲城县", "pucheng"),
        &county("610527", "陕西省", "渭南市", "白水县", "baishui"),
        &county("610528", "陕西省", "渭南市", "富平县", "fuping"),
    ],
    &[
        &county("410324", "河南省", "洛阳市", "栾川县", "luanchuan"),
        &county("410325", "河南省", "洛阳市", "嵩县", "songxian"),
        &county("410326", "河南省", "洛阳市", "汝阳县", "ruyang"),
        &county("410327", "河南省", "洛阳市", "宜阳县", "yiyang"),
        &county("410328", "河南省", "洛阳市", "洛宁县", "luoning"),
    ],
];

/// The bodies to draw from.
pub const BODIES: &[&Body] = &[
    &city("510500", "四川省", "泸州市", "luzhou"),
    &city("370200", "山东省", "青岛市", "qingdao"),
    &city("421000", "湖北省", "荆州市", "jingzhou"),
    &city("610500", "陕西省", "渭南市", "weinan"),
    &city("532900", "云南省", "大理白族自治州", "dali"),
    &city("620400", "甘肃省", "白银市", "baiyin"),
    &city("130200", "河北省", "唐山市", "tangshan"),
    &city("341000", "安徽省", "黄山市", "huangshan"),
    &city("360100", "江西省", "南昌市", "nc"),
    &city("222400", "吉林省", "延边朝鲜族自治州", "yanbian"),
    &city("520100", "贵州省", "贵阳市", "guiyang"),
    &city("140100", "山西省", "太原市", "taiyuan"),
    &city("630100", "青海省", "西宁市", "xining"),
    &city("640100", "宁夏回族自治区", "银川市", "yinchuan"),
    &city("150200", "内蒙古自治区", "包头市", "baotou"),
    &city("450100", "广西壮族自治区", "南宁市", "nanning"),
    &city("230600", "黑龙江省", "大庆市", "daqing"),
    &city("330300", "浙江省", "温州市", "wenzhou"),
    &county("210103", "辽宁省", "沈阳市", "沈河区", "shenhe"),
    &county("320206", "江苏省", "无锡市", "惠山区", "huishan"),
    &county("440106", "广东省", "广州市", "天河区", "thnet"),
    &county("350203", "福建省", "厦门市", "思明区", "siming"),
    &county("430121", "湖南省", "长沙市", "长沙县", "csx"),
    &county("410325", "河南省", "洛阳市", "嵩县", "hnsongxian"),
    &county("510522", "四川省", "泸州市", "合江县", "hejiang"),
    &district("500103", "重庆市", "渝中区", "cqyz"),
    &district("310104", "上海市", "徐汇区", "xuhui"),
    &district("110101", "北京市", "东城区", "bjdch"),
    &district("120103", "天津市", "河西区", "tjhx"),
];

/// Departments of a government.
pub const DEPARTMENTS: &[&str] = &[
    "教育局",
    "民政局",
    "公安局",
    "财政局",
    "统计局",
    "审计局",
    "交通运输局",
    "水利局",
    "司法局",
    "卫生健康局",
    "住房和城乡建设局",
    "科学技术局",
];
