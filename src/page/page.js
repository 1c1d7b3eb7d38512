"use strict";
// Everything from the data goes onto the page as text: no markup is ever made of it.
const data = JSON.parse(document.getElementById("data").textContent);

const WORDS = {
  zh: {
    skip: "跳到正文", title: "政府信息公开年度报告数据", level: "层级", theme: "明暗", other: "English",
    province: "省级", prefecture: "地市级", county: "县级",
    like: "图中只计各级政府本级区域的报告，按层级分列、从不跨级相加：上级报告往往已含下级数字。缺失不等于零。",
    coverage: "报告覆盖", coverageNote: "每格：已见报告的政府数／应报告的政府数。",
    items: "主动公开", applications: "收到申请与办理", outcomes: "申请办理结果", review: "行政复议与行政诉讼",
    outcomesNote: "只计六类结果都有数字的报告；虚线为表式变更，此后口径不同。",
    findings: "数据问题", rejects: "未采用的文档", regions: "地区", regionsNote: "各政府最近一份报告的数字；点击名称可看原文出处。",
    search: "查找", table: "以表格查看", none: "没有数据", year: "年度", reports: "报告数", median: "中位数", sum: "合计",
    name: "名称", place: "省", years: "年数", last: "最近年度", granted: "予以公开占比", broken: "勾稽不符",
    found: "显示 {0} / {1} 个。", more: "再显示一些", source: "来源", left: "另有 {0} 个未列入此页。", nosource: "此报告没有可引的原文数字。",
    documents: "文档 {0}；采用为报告 {1}（计入 {2}）；未采用 {3}；数据 {4} 条",
    foot: "由 ogi {0} 生成。此页自足，不联网；数字以所附来源为准。", change: "表式变更", medianOf: "{0}：每份报告的中位数",
    error: "错误", warning: "提醒", note: "说明",
  },
  en: {
    skip: "Skip to content", title: "Open government information reports", level: "Level", theme: "Light / dark", other: "中文",
    province: "Provinces", prefecture: "Prefectures", county: "Counties",
    like: "Charts take reports of governments for their area, one level at a time: a higher report often covers lower ones, so levels are never added. Missing is not zero.",
    coverage: "Coverage", coverageNote: "Each cell: governments whose report was found / governments that had to report.",
    items: "Proactive disclosure", applications: "Applications", outcomes: "Outcomes of applications", review: "Reconsideration and litigation",
    outcomesNote: "Reports that state all six outcomes. A dotted line marks a change of form, after which definitions differ.",
    findings: "Findings by kind", rejects: "Documents not used", regions: "Regions", regionsNote: "Figures of each government's last report; choose a name to see the sentences they stand in.",
    search: "Search", table: "Show as a table", none: "No data", year: "Year", reports: "Reports", median: "Median", sum: "Sum",
    name: "Name", place: "Province", years: "Years", last: "Last year", granted: "Granted", broken: "Broken",
    found: "{0} of {1} shown.", more: "Show more", source: "Source", left: "{0} more are not on this page.", nosource: "This report has no figure to quote.",
    documents: "{0} documents; {1} reports ({2} counted); {3} not used; {4} facts",
    foot: "Made by ogi {0}. This page stands on its own and uses no network; figures are those of the sources named.", change: "change of form", medianOf: "{0}: median of a report",
    error: "error", warning: "warning", note: "note",
  },
};

const PAGE = 100;
const populated = data.levels.map((_, level) => data.coverage.reduce((sum, row) => sum + (row[0] === level ? row[4] : 0), 0));
const state = {
  language: (navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en",
  theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  level: populated.indexOf(Math.max(...populated)),
  query: "", sort: 0, descending: false, shown: PAGE, open: new Set(),
};

function word(key, ...values) {
  return values.reduce((text, value, at) => text.replace(`{${at}}`, value), WORDS[state.language][key]);
}
function label(named) { return state.language === "zh" ? named.zh : named.en; }
function number(value, digits = 0) {
  return value === null || value === undefined ? "–" : new Intl.NumberFormat(state.language, { maximumFractionDigits: digits }).format(value);
}
function percent(value) {
  return value === null || value === undefined ? "–" : new Intl.NumberFormat(state.language, { style: "percent", maximumFractionDigits: 1 }).format(value);
}

function make(space, name, attributes, children) {
  const element = space ? document.createElementNS(space, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "on") for (const [event, action] of Object.entries(value)) element.addEventListener(event, action);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}
const html = (name, attributes, ...children) => make(null, name, attributes, children);
const svg = (name, attributes, ...children) => make("http://www.w3.org/2000/svg", name, attributes, children);
const said = (text) => html("span", { class: "said" }, text);
function fill(section, ...children) { document.querySelector(`#${section} .body`).replaceChildren(...children.flat()); }
function empty() { return html("p", { class: "empty" }, word("none")); }

function table(heads, rows, kind) {
  const head = html("thead", {}, html("tr", {}, heads.map((text) => html("th", { scope: "col" }, text))));
  const body = html("tbody", {}, rows.map((cells) => html("tr", {}, cells.map((cell, at) => html(at ? "td" : "th", at ? {} : { scope: "row" }, cell)))));
  return html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": heads[0] }, html("table", { class: kind }, head, body));
}
function asTable(heads, rows) { return html("details", {}, html("summary", {}, word("table")), table(heads, rows)); }
function legend(names, prefix) {
  return html("ul", { class: "legend" }, names.map((name, at) => html("li", {}, svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("rect", { width: 10, height: 10, rx: 2, class: prefix + at })), name)));
}

const WIDE = 560, HIGH = 250, LEFT = 58, RIGHT = 16, TOP = 14, BOTTOM = 28;
function ticks(most) {
  const rough = most / 4, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((size) => size >= rough) || 1;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step);
}
function frame(years, most, format, breaks) {
  const across = (year) => LEFT + (WIDE - LEFT - RIGHT) * (year - years[0] + 0.5) / years.length;
  const up = (value) => HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * (value / (most || 1));
  const every = Math.ceil(years.length / 9);
  const parts = [
    ticks(most).map((value) => [
      svg("line", { class: "grid", x1: LEFT, x2: WIDE - RIGHT, y1: up(value), y2: up(value) }),
      svg("text", { x: LEFT - 8, y: up(value) + 4, "text-anchor": "end" }, format(value)),
    ]),
    years.filter((_, at) => at % every === 0).map((year) => svg("text", { x: across(year), y: HIGH - 8, "text-anchor": "middle" }, String(year))),
    breaks.filter((year) => year > years[0] && year <= years.at(-1)).map((year) =>
      svg("line", { class: "break", x1: across(year - 0.5), x2: across(year - 0.5), y1: TOP, y2: HIGH - BOTTOM }, svg("title", {}, word("change")))),
  ];
  return { across, up, parts };
}
function span(years) {
  const all = [...new Set(years)].sort((a, b) => a - b);
  return all.length ? Array.from({ length: all.at(-1) - all[0] + 1 }, (_, at) => all[0] + at) : [];
}

// A line for each measure; a missing year and a break leave a gap.
function lines(names, title) {
  const measures = names.map((name) => data.measures.findIndex((measure) => measure.name === name)).filter((at) => at >= 0);
  const of = (measure) => data.points.filter((point) => point[0] === measure && point[1] === state.level);
  const points = measures.flatMap(of);
  if (!points.length) return [empty()];
  const years = span(points.map((point) => point[2]));
  const breaks = [...new Set(measures.flatMap((measure) => data.measures[measure].breaks))];
  const { across, up, parts } = frame(years, Math.max(...points.map((point) => point[5])), (value) => number(value, 1), breaks);
  const drawn = measures.map((measure, at) => {
    let path = "", before = null;
    for (const point of of(measure)) {
      const joined = before !== null && point[2] === before + 1 && !data.measures[measure].breaks.includes(point[2]);
      path += `${joined ? "L" : "M"}${across(point[2])},${up(point[5])}`;
      before = point[2];
    }
    const dots = of(measure).map((point) => svg("circle", { class: `d${at}`, cx: across(point[2]), cy: up(point[5]), r: 3.5 },
      svg("title", {}, `${label(data.measures[measure])} ${point[2]}: ${word("median")} ${number(point[5], 1)}; ${word("sum")} ${number(point[4])}; ${word("reports")} ${number(point[3])}`)));
    return [svg("path", { class: `s${at}`, d: path }), dots];
  });
  const rows = points.map((point) => [String(point[2]), label(data.measures[point[0]]), number(point[3]), number(point[5], 1), number(point[4])]);
  return [
    html("p", { class: "note" }, word("medianOf", title)),
    svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": title }, parts.flat(3), drawn.flat(2)),
    legend(measures.map((measure) => label(data.measures[measure])), "d"),
    asTable([word("year"), "", word("reports"), word("median"), word("sum")], rows),
  ];
}

function drawCoverage() {
  const rows = data.coverage.filter((row) => row[0] === state.level);
  if (!rows.length) return fill("coverage", empty());
  const years = span(rows.map((row) => row[1]));
  const places = new Map();
  for (const [, year, place, expected, found] of rows) {
    if (!places.has(place)) places.set(place, new Map());
    places.get(place).set(year, [expected, found]);
  }
  const cells = (of) => years.map((year) => {
    const counts = of(year);
    if (!counts) return html("td", {}, "–");
    const cell = html("td", {}, `${number(counts[1])}/${number(counts[0])}`);
    const share = counts[0] ? counts[1] / counts[0] : 0;
    if (share) cell.style.background = `rgba(var(--heat), ${0.12 + 0.6 * share})`;
    return cell;
  });
  const total = (year) => rows.filter((row) => row[1] === year).reduce((sum, row) => [sum[0] + row[3], sum[1] + row[4]], [0, 0]);
  const lineOf = (name, of) => html("tr", {}, html("th", { scope: "row" }, name), cells(of));
  const body = [lineOf(word("sum"), total), ...[...places].map(([place, of]) => lineOf(said(place || "–"), (year) => of.get(year)))];
  const head = html("thead", {}, html("tr", {}, html("th", { scope: "col" }, word("place")), years.map((year) => html("th", { scope: "col" }, String(year)))));
  const grid = (some) => html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("coverage") }, html("table", { class: "heat" }, head.cloneNode(true), html("tbody", {}, some)));
  const found = body.filter((row, at) => at === 0 || [...[...places.values()][at - 1].values()].some((counts) => counts[1] > 0));
  fill("coverage", grid(found), found.length < body.length ? html("details", {}, html("summary", {}, `${word("table")} (${places.size})`), grid(body.map((row) => row.cloneNode(true)))) : []);
}

function drawOutcomes() {
  const rows = data.shares.filter((row) => row[0] === state.level);
  if (!rows.length) return fill("outcomes", empty());
  const years = span(rows.map((row) => row[1]));
  const breaks = [...new Set(data.outcomes.flatMap((outcome) => outcome.breaks))];
  const { across, up, parts } = frame(years, 1, percent, breaks);
  const wide = Math.min(42, (WIDE - LEFT - RIGHT) / years.length * 0.7);
  const bars = rows.map(([, year, reports, sums]) => {
    const whole = sums.reduce((sum, part) => sum + part, 0);
    let below = 0;
    return whole ? sums.map((part, at) => {
      const from = below / whole, to = (below += part) / whole;
      return svg("rect", { class: `f${at}`, x: across(year) - wide / 2, width: wide, y: up(to), height: up(from) - up(to) },
        svg("title", {}, `${label(data.outcomes[at])} ${year}: ${percent(part / whole)} (${number(part)} / ${number(whole)}); ${word("reports")} ${reports}`));
    }) : [];
  });
  const table = rows.map(([, year, reports, sums]) => [String(year), number(reports), ...sums.map((part) => number(part))]);
  fill("outcomes", svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": word("outcomes") }, parts.flat(3), bars.flat()),
    legend(data.outcomes.map(label), "f"), asTable([word("year"), word("reports"), ...data.outcomes.map(label)], table));
}

function drawBars(section, rows) {
  const most = Math.max(...rows.map((row) => row[1]), 1);
  fill(section, rows.length ? rows.map(([name, count]) => html("div", { class: "bar" }, html("span", {}, name),
    svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { class: "f0", width: 100 * count / most, height: 10, rx: 1 })),
    html("span", {}, number(count)))) : empty());
}

const measureAt = (name) => data.measures.findIndex((measure) => measure.name === name);
function columns() {
  const value = (name) => ({ title: label(data.measures[measureAt(name)]), of: (body) => body.values[measureAt(name)], show: number });
  return [
    { title: word("name"), of: (body) => body.name, show: String },
    { title: word("place"), of: (body) => body.province, show: String },
    { title: word("level"), of: (body) => word(data.levels[body.level]), show: String },
    { title: word("years"), of: (body) => body.years, show: number },
    { title: word("last"), of: (body) => body.last, show: String },
    value("received"),
    { title: word("granted"), of: (body) => body.granted, show: percent },
    value("rec"), value("lit"),
    { title: word("broken"), of: (body) => body.broken, show: number },
  ];
}
function marked(figure) {
  const at = figure.text ? figure.quote.indexOf(figure.text) : -1;
  return at < 0 ? [figure.quote] : [figure.quote.slice(0, at), html("mark", {}, figure.text), figure.quote.slice(at + figure.text.length)];
}
function sourceRow(body, wide, id) {
  const figures = body.figures.map((figure) => html("li", {}, `${label(figure)}: `, html("strong", { class: "said" }, figure.text), html("br"), html("q", { class: "said" }, marked(figure))));
  return html("tr", { id }, html("td", { colspan: wide, class: "source" }, html("p", { class: "said" }, body.title),
    figures.length ? html("ul", {}, figures) : html("p", { class: "empty" }, word("nosource")), html("p", {}, `${word("source")}: `, html("code", { class: "said" }, body.source))));
}
function drawRegions() {
  const heads = columns();
  const query = state.query.trim().toLowerCase();
  const found = data.bodies.map((body, at) => ({ body, at })).filter(({ body }) => !query || [body.name, body.province, body.city].some((text) => text.toLowerCase().includes(query)));
  const of = heads[state.sort].of;
  found.sort((one, other) => {
    const [a, b] = [of(one.body), of(other.body)];
    if (a === null || b === null) return (a === null) - (b === null) || one.at - other.at;
    const order = typeof a === "string" ? a.localeCompare(b, "zh") : a - b;
    return (state.descending ? -order : order) || one.at - other.at;
  });
  const head = heads.map((column, at) => html("th", { scope: "col", "aria-sort": at !== state.sort ? "none" : state.descending ? "descending" : "ascending" },
    html("button", { type: "button", "data-column": at, on: { click: () => { state.descending = state.sort === at ? !state.descending : column.show !== String; state.sort = at; drawRegions(); document.querySelector(`[data-column="${at}"]`).focus(); } } },
      column.title, at === state.sort ? (state.descending ? " ▾" : " ▴") : "")));
  const rows = found.slice(0, state.shown).flatMap(({ body, at }) => {
    const open = state.open.has(at), id = `source-${at}`;
    const toggle = html("button", { type: "button", "data-body": at, "aria-expanded": String(open), "aria-controls": open ? id : null, on: { click: () => { open ? state.open.delete(at) : state.open.add(at); drawRegions(); document.querySelector(`[data-body="${at}"]`).focus(); } } }, said(body.name));
    const cells = heads.map((column, place) => html("td", {}, place ? said(column.show(column.of(body) ?? null) === "null" ? "–" : column.show(column.of(body))) : toggle));
    return [html("tr", {}, cells), ...(open ? [sourceRow(body, heads.length, id)] : [])];
  });
  const left = data.bodies_left_out ? ` ${word("left", number(data.bodies_left_out))}` : "";
  document.getElementById("found").textContent = word("found", number(Math.min(found.length, state.shown)), number(data.bodies.length)) + left;
  fill("regions", found.length ? html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": word("regions") }, html("table", { class: "regions" }, html("thead", {}, html("tr", {}, head)), html("tbody", {}, rows))) : empty(),
    found.length > state.shown ? html("p", {}, html("button", { type: "button", on: { click: () => { state.shown += PAGE; drawRegions(); } } }, word("more"))) : []);
}

function draw() {
  document.documentElement.lang = state.language;
  document.documentElement.dataset.theme = state.theme;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word, data.version);
  document.title = word("title");
  document.getElementById("language").textContent = word("other");
  document.getElementById("summary").textContent = word("documents", ...[data.documents, data.reports, data.selected, data.rejected, data.facts].map((count) => number(count)));
  const level = document.getElementById("level");
  level.replaceChildren(...data.levels.map((name, at) => html("option", { value: at, selected: at === state.level }, word(name))));
  drawCoverage();
  fill("items", ...lines(["items"], word("items")));
  fill("applications", ...lines(["received", "answered", "carried_out"], word("applications")));
  fill("review", ...lines(["rec", "rec_corrected", "lit", "lit_corrected"], word("review")));
  drawOutcomes();
  drawBars("findings", data.findings.map(([check, severity, count]) => [`${check} (${WORDS[state.language][severity] || severity})`, count]));
  drawBars("rejects", data.rejects);
  drawRegions();
}

document.getElementById("language").addEventListener("click", () => { state.language = state.language === "zh" ? "en" : "zh"; draw(); });
document.getElementById("theme").addEventListener("click", () => { state.theme = state.theme === "dark" ? "light" : "dark"; draw(); });
document.getElementById("level").addEventListener("change", (event) => { state.level = Number(event.target.value); draw(); });
document.getElementById("search").addEventListener("input", (event) => { state.query = event.target.value; state.shown = PAGE; drawRegions(); });
draw();
