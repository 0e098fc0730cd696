// Draws charts anew with the chart library, which is fetched when the first one comes into view; on the start page, which
// has to be there at once, when somebody turns to one. The drawing that the server sent stays for print and until then.
import { slide } from "../screens/js/motion.js";

const LIBRARY = "../vendor/echarts/echarts.min.js";
const FONT_SIZE = 12;
const ROW = 30;
const LOWEST = 240;
const live = new Map();
let library;

const compact = () => new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 1 });

function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function colorsOf(data) {
  return data.colors.map((name) => token(`--chart-${name}`));
}

function looks() {
  return {
    ink: token("--ink"), soft: token("--ink-soft"), line: token("--line"), ground: token("--ground-raised"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

function tooltip(look, formatter) {
  return {
    renderMode: "richText", confine: true, backgroundColor: look.ground, borderColor: look.line, borderWidth: 1, padding: [8, 12],
    textStyle: { color: look.ink, fontSize: FONT_SIZE, fontFamily: look.font }, formatter,
  };
}

function legend(data, look) {
  return data.series.length < 2 ? undefined : {
    top: 0, left: 0, type: "scroll", icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 14, pageIconColor: look.soft,
    textStyle: { color: look.soft, fontSize: FONT_SIZE, fontFamily: look.font },
  };
}

function alongAxes(data, look) {
  const format = compact();
  const words = { color: look.soft, fontSize: FONT_SIZE, fontFamily: look.font };
  const names = {
    type: "category", data: data.names, inverse: data.lying, axisTick: { show: false }, axisLine: { show: !data.lying, lineStyle: { color: look.line } },
    axisLabel: { ...words, hideOverlap: true, ...(data.lying ? { width: 150, overflow: "truncate" } : {}) }, boundaryGap: data.kind === "bar",
  };
  const values = {
    type: "value", splitNumber: 4, minInterval: whole(data) ? 1 : 0, axisLabel: { ...words, formatter: (value) => format.format(value), show: !data.lying },
    splitLine: { show: !data.lying, lineStyle: { color: look.line } },
  };
  return {
    color: colorsOf(data), animationDuration: slide(300), legend: legend(data, look),
    grid: { top: data.series.length > 1 ? 36 : 12, left: 4, right: data.lying ? 84 : 24, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    tooltip: {
      ...tooltip(look, (points) => [points[0].axisValueLabel ?? points[0].name, ...points.map((point) => `${point.seriesName}  ${data.series[point.seriesIndex].texts[point.dataIndex]}`)].join("\n")),
      trigger: "axis", axisPointer: { type: data.kind === "bar" ? "shadow" : "line", shadowStyle: { opacity: 0.35 } },
    },
    xAxis: data.lying ? values : names, yAxis: data.lying ? names : values,
    series: data.series.map((series, place) => ({
      name: series.name, data: series.values, type: data.kind === "bar" ? "bar" : "line", stack: data.stacked ? "all" : undefined, barMaxWidth: data.lying ? 18 : 40,
      areaStyle: data.kind === "area" ? { opacity: 0.18 } : undefined, symbolSize: 5, showSymbol: data.names.length < 40, cursor: series.urls.some(Boolean) ? "pointer" : "default",
      itemStyle: data.kind === "bar" && !data.stacked ? { borderRadius: data.lying ? [0, 3, 3, 0] : [3, 3, 0, 0] } : {},
      label: data.lying && !data.stacked ? { show: true, position: "right", ...words, formatter: (point) => data.series[place].texts[point.dataIndex] } : undefined,
    })),
  };
}

function inShares(data, look) {
  const [series] = data.series;
  const words = { color: look.soft, fontSize: FONT_SIZE, fontFamily: look.font };
  const said = (point) => `${point.name}\n${series.texts[point.dataIndex]}  ${point.percent}%`;
  const items = data.names.map((name, place) => ({ name, value: series.values[place] }));
  const shared = { data: items, cursor: series.urls.some(Boolean) ? "pointer" : "default" };
  if (data.kind === "funnel") {
    const first = series.values[0] || 1;
    const stage = (point) => `${point.name}   ${series.texts[point.dataIndex]}   ${Math.round((series.values[point.dataIndex] / first) * 1000) / 10}%`;
    return {
      color: colorsOf(data), animationDuration: slide(300), tooltip: { ...tooltip(look, stage), trigger: "item" },
      series: [{
        ...shared, type: "funnel", sort: "none", top: 8, bottom: 8, left: "4%", width: "52%", gap: 3, minSize: "4%", itemStyle: { borderWidth: 0 },
        label: { ...words, position: "right", formatter: stage }, labelLine: { lineStyle: { color: look.line } },
      }],
    };
  }
  return {
    color: colorsOf(data), animationDuration: slide(300), tooltip: { ...tooltip(look, said), trigger: "item" },
    legend: {
      orient: "vertical", right: 0, top: "middle", type: "scroll", icon: "roundRect", itemWidth: 10, itemHeight: 10, pageIconColor: look.soft, textStyle: words,
      formatter: (name) => `${name}  ${series.texts[data.names.indexOf(name)]}`,
    },
    series: [{
      ...shared, type: "pie", radius: ["46%", "74%"], center: ["30%", "50%"], label: { show: false },
      itemStyle: { borderColor: look.ground, borderWidth: 2 },
    }],
  };
}

function whole(data) {
  return data.series.every((series) => series.values.every((value) => value === null || Number.isInteger(value)));
}

function options(data) {
  const look = looks();
  return data.kind === "pie" || data.kind === "funnel" ? inShares(data, look) : alongAxes(data, look);
}

function heightOf(data) {
  if (data.lying) {
    return Math.max(120, data.names.length * (data.stacked ? 1 : data.series.length) * ROW + 40);
  }
  return data.kind === "funnel" ? Math.max(LOWEST, data.names.length * 46) : 280;
}

function isAskedFor(box) {
  return box.closest("[data-charts-asked]") !== null;
}

async function draw(box) {
  const { init } = await (library ??= import(LIBRARY));
  if (!box.isConnected || live.has(box)) {
    return;
  }
  const data = JSON.parse(box.dataset.chart);
  const canvas = document.createElement("div");
  const drawn = box.querySelector("svg")?.getBoundingClientRect().height;
  canvas.className = "chart-canvas";
  canvas.style.height = `${isAskedFor(box) && drawn ? drawn : heightOf(data)}px`;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", box.querySelector("svg")?.getAttribute("aria-label") ?? "");
  box.append(canvas);
  box.classList.add("is-live");
  const chart = init(canvas);
  chart.setOption(options(data));
  chart.on("click", (point) => {
    const url = data.series[point.seriesIndex]?.urls[point.dataIndex];
    if (url) {
      window.location.assign(url);
    }
  });
  const resizing = new ResizeObserver(() => chart.resize());
  resizing.observe(canvas);
  live.set(box, { chart, data, resizing });
}

const watching = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (entry.isIntersecting) {
      watching.unobserve(entry.target);
      draw(entry.target);
    }
  }
}, { rootMargin: "200px" });

export function drawCharts(root) {
  for (const [box, drawn] of live) {
    if (!box.isConnected) {
      drawn.resizing.disconnect();
      drawn.chart.dispose();
      live.delete(box);
    }
  }
  root.querySelectorAll("[data-chart]:not(.is-watched)").forEach((box) => {
    box.classList.add("is-watched");
    if (isAskedFor(box)) {
      ["pointerenter", "pointerdown"].forEach((name) => box.addEventListener(name, () => draw(box), { once: true }));
    } else {
      watching.observe(box);
    }
  });
}

new MutationObserver(() => {
  for (const { chart, data } of live.values()) {
    chart.setOption(options(data), true);
  }
}).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
