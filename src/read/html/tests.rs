use super::*;
use crate::read::model::Block;

/// Blocks as text: `P:` paragraphs, `H1:` headings, `F:` what is around the body, and cells as
/// `row,column(rowspan x colspan)=text`.
fn read(html: &str) -> Vec<String> {
    match document(html, &Hints::default()) {
        Ok(document) => document.blocks.iter().map(|block| show(&document, block)).collect(),
        Err(error) => vec![error.reason().to_owned()],
    }
}

fn show(document: &Document, block: &Block) -> String {
    let text = &document.text[block.span.clone()];
    match &block.kind {
        BlockKind::Table(grid) => {
            let cells = grid.cells.iter().map(|cell| {
                let spans = match (cell.rowspan, cell.colspan) {
                    (1, 1) => String::new(),
                    (rows, columns) => format!("({rows}x{columns})"),
                };
                format!("{},{}{spans}={}", cell.row, cell.column, &document.text[cell.span.clone()])
            });
            cells.collect::<Vec<_>>().join(" ")
        }
        BlockKind::Heading(depth) => format!("H{depth}:{text}"),
        BlockKind::Paragraph => format!("P:{text}"),
        BlockKind::Furniture(kind) => format!("{kind:?}:{text}"),
    }
}

#[test]
fn blocks_are_lines_and_blanks_are_one() {
    assert_eq!(
        read("<h1>年度\n  报告</h1><p>　　全年&nbsp;公开\t12条<br>其中&lt;网站&gt;</p><ul><li>甲<li>乙</ul>text"),
        ["H1:年度 报告", "P:全年\u{a0}公开 12条", "P:其中<网站>", "P:甲", "P:乙", "P:text"]
    );
    assert_eq!(read("<p><span>1</span><span>2</span>条<b>，</b>共</p><pre>一\n二</pre>"), ["P:12条，共", "P:一", "P:二"]);
}

#[test]
fn hidden_parts_are_left_out() {
    let html = "<style>p{}</style><script>var a='<p>x</p>'</script><p hidden>a</p><p style='DISPLAY : none'>b</p>\
                <noscript>c</noscript><template>d</template><!-- e --><span style='display:none'>f</span><p>正文</p>";
    assert_eq!(read(html), ["P:正文"]);
    assert_eq!(read("<p>题</p><div style='display:none'><p>一。</p><p>二。</p><p>三。</p></div>"), ["P:题", "P:一。", "P:二。", "P:三。"]);
}

#[test]
fn spans_are_placed_and_clipped() {
    let html = "<table><tr><td rowspan=3>甲</td><td colspan=2>乙</td></tr><tr><td>1</td><td>2</td></tr>\
                <tr><td>3</td><td>&nbsp;</td></tr></table>";
    assert_eq!(read(html), ["0,0(3x1)=甲 0,1(1x2)=乙 1,1=1 1,2=2 2,1=3 2,2="]);
    let all = "<table><tr><td rowspan=0>甲</td><td rowspan=99>乙</td><td>丙</td></tr><tr><td>1</td></tr></table>";
    assert_eq!(read(all), ["0,0(2x1)=甲 0,1(2x1)=乙 0,2=丙 1,2=1"]);
    let wide = "<table><tr><td colspan=2147483648>甲</td></tr><tr><td>1</td><td>2</td></tr></table>";
    assert_eq!(read(wide), ["0,0(1x2)=甲 1,0=1 1,1=2"]);
}

#[test]
fn blank_cells_are_empty_at_their_place() -> Result<(), ReadError> {
    let html = "<table><tr><td>甲</td><td>&nbsp;</td><td>　</td><td><p></p></td><td>0</td></tr></table>";
    let document = document(html, &Hints::default())?;
    assert_eq!(document.text, "甲\t\t\t\t0");
    let BlockKind::Table(grid) = &document.blocks[0].kind else { unreachable!("it is a table") };
    assert_eq!(grid.cells.iter().map(|cell| cell.span.clone()).collect::<Vec<_>>(), [0..3, 4..4, 5..5, 6..6, 7..8]);
    Ok(())
}

#[test]
fn raised_and_struck_figures_are_no_part_of_a_number() {
    assert_eq!(read("<table><tr><td>甲</td><td>161<sup>1</sup></td></tr></table>"), ["0,0=甲 0,1=161¹"]);
    assert_eq!(read("<table><tr><td>甲</td><td><s>99</s>161<del>7</del></td></tr></table>"), ["0,0=甲 0,1=161"]);
    assert_eq!(
        read("<p>面积3m<sup>2</sup>，共<span style='text-decoration: line-through'>5</span>6件<sup>注1</sup></p>"),
        ["P:面积3m²，共6件注1"]
    );
    // One that is never closed ends with its cell.
    assert_eq!(read("<table><tr><td>甲</td><td><s>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"), ["0,0=甲 0,1= 1,0=乙 1,1=2"]);
}

#[test]
fn a_body_that_a_form_holds_is_the_pages() {
    let page = |held: &str| format!("<html><body><h1>年报</h1><textarea style='display:none'>{held}</textarea></body></html>");
    let held = "&lt;p&gt;收到申请3件。已答复。无诉讼。&lt;/p&gt;";
    assert_eq!(read(&page(held)), ["H1:年报", "P:收到申请3件。已答复。无诉讼。"]);
}

#[test]
fn a_field_of_a_table_shows_its_value() {
    assert_eq!(read("<table><tr><td>甲</td><td><input value='12'></td></tr></table>"), ["0,0=甲 0,1=12"]);
    assert_eq!(read("<table><tr><td>甲</td><td><input type=text value=无 readonly></td></tr></table>"), ["0,0=甲 0,1=无"]);
    assert_eq!(read("<table><tr><td>甲</td><td><input type=hidden value=3><input value=关键词>4</td></tr></table>"), ["0,0=甲 0,1=4"]);
}

#[test]
fn broken_tables_are_read_as_a_browser_does() {
    // No end tags.
    assert_eq!(read("<table><tr><td>甲<td>1<tr><td>乙<td>2</table>"), ["0,0=甲 0,1=1 1,0=乙 1,1=2"]);
    // Misnested formatting.
    assert_eq!(read("<table><tr><b><td>甲</b></td><td><i>1</td></tr></table>"), ["0,0=甲 0,1=1"]);
    // Text in a table but in no cell stands before it.
    assert_eq!(read("<table><tr>单位：件<td>甲</td><td>1</td></tr></table>"), ["P:单位：件", "0,0=甲 0,1=1"]);
    // The foot is shown last.
    assert_eq!(read("<table><tfoot><tr><td>合计<td>3<tbody><tr><td>甲<td>3</table>"), ["0,0=甲 0,1=3 1,0=合计 1,1=3"]);
    assert_eq!(read("<table><caption>表一</caption><tr><td>甲<td>1</table>"), ["P:表一", "0,0=甲 0,1=1"]);
}

#[test]
fn a_table_that_holds_the_page_is_no_grid() {
    let inner = "<table><tr><td>甲</td><td>1</td></tr></table>";
    let html = format!("<table><tr><td>菜单</td><td><p>正文</p>{inner}</td></tr></table>");
    assert_eq!(read(&html), ["P:菜单", "P:正文", "0,0=甲 0,1=1"]);
    assert_eq!(read("<table><tr><td><p>一</p><p>二</p></td></tr></table>"), ["P:一", "P:二"]);
    let prose = "全年主动公开政府信息一百二十条。".repeat(9);
    let html = format!("<table><tr><td colspan=2>{prose}</td></tr><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>");
    assert_eq!(read(&html), [format!("P:{prose}"), "0,0=甲 0,1=1 1,0=乙 1,1=2".to_owned()]);
    // A table around one value is no table.
    assert_eq!(read("<table><tr><td>甲</td><td><table><tr><td>5</td></tr></table></td></tr></table>"), ["0,0=甲 0,1=5"]);
}

#[test]
fn what_surrounds_the_body_is_kept_apart() {
    let html = "<html><head><title>题 - 站</title><meta name=ArticleTitle content=题></head><body>\
        <div class=top>今天是：2020年3月18日 星期三</div>\
        <nav><a href=/>首页</a><a href=/a>政务</a></nav>\
        <div class='crumb'>当前位置：<a>首页</a>&gt;<a>年报</a></div>\
        <table class=meta-table><tr><td>索&nbsp;引&nbsp;号</td><td>0113/2019</td><td>发布机构</td><td>某局</td></tr></table>\
        <h2>某局2017年年度报告</h2><div>发布日期：2018-01-13　浏览次数：　字号：[ 大 中 小 ]</div>\
        <p>全年主动公开政府信息112条，其中政府网站58条，其他54条，由各科室在二十个工作日内审查后公开，没有超期。</p>\
        <div class=related><h4>相关阅读</h4><ul><li><a href=#>某局2016年年度报告</a></ul></div>\
        <footer><p>主办：某市政府</p><p>备案号：1号</p></footer></body></html>";
    let shown = read(html);
    let kinds: Vec<_> = shown.iter().map(|line| line.split(':').next().unwrap_or("")).collect();
    assert_eq!(
        kinds,
        ["Navigation", "Navigation", "Breadcrumb", "Metadata", "H2", "Metadata", "P", "Navigation", "Navigation", "Footer", "Footer"],
        "{shown:?}"
    );
}

#[test]
fn a_body_is_no_furniture_whatever_its_class() {
    let prose = "全年主动公开政府信息112条。收到申请5件。没有收费。复议0件。";
    assert_eq!(read(&format!("<div class=nav><p>{prose}</p></div>")), [format!("P:{prose}")]);
    assert_eq!(read("<div class=header><p>某县2016年政府信息公开年度报告</p></div><p>正文</p>")[0], "P:某县2016年政府信息公开年度报告");
}

#[test]
fn the_head_states_title_and_address() -> Result<(), ReadError> {
    let html = "<title>页\n 题</title><meta name='PubDate' content='2018-01-02'><link rel=canonical href=http://a/b><p>正文</p>";
    let made = document(html, &Hints::default())?;
    assert_eq!((made.title.as_deref(), made.address.as_deref()), (Some("页 题"), Some("http://a/b")));
    assert_eq!(made.meta, [("PubDate".to_owned(), "2018-01-02".to_owned())]);
    let hinted = document(html, &Hints { title: Some("题"), address: Some("http://c"), charset: None })?;
    assert_eq!((hinted.title.as_deref(), hinted.address.as_deref()), (Some("题"), Some("http://c")));
    assert_eq!(hinted.meta[1].1, "页 题");
    Ok(())
}

#[test]
fn hostile_pages_take_bounded_work() {
    let repeat = |open: &str, close: &str, count: usize| [open.repeat(count).as_str(), "正文", &close.repeat(count)].concat();
    for count in [20_000, 100_000] {
        assert_eq!(read(&repeat("<div>", "</div>", count)), ["P:正文"]);
        assert_eq!(read(&repeat("<b><i><p>", "", count)), ["P:正文"]);
        assert_eq!(read(&repeat("<table><tr><td>", "", count)).len(), 1);
        assert_eq!(read(&repeat("<span hidden=x><a>", "</a>", count)), ["shell"]);
        assert_eq!(read(&repeat("<a href=x><div>", "", count)), ["P:正文"]);
        assert_eq!(read(&repeat("<font size=1><p>", "", count)), ["P:正文"]);
        assert_eq!(read(&repeat("<!--x--", "", count)), ["shell"]);
        assert!(!read(&repeat("<p x='", "", count)).is_empty());
        assert!(!read(&repeat("<q", "", count)).is_empty());
        assert!(!read(&repeat("</x", "", count)).is_empty());
    }
    assert_eq!(read(&["<table>", &"<tr><td>x<td>y".repeat(200_001), "</table>"].concat()), ["too_large"]);
    assert_eq!(read(&["<table><tr>", &"<td>x".repeat(1_100), "</table>"].concat()), ["too_large"]);
}
