// Lets one hover, zoom and toggle the charts. Each figure holds the values its SVG is drawn from; without this script
// the SVG stays. What must stay true here too: a day nobody saw is never a zero, and nothing is drawn across a gap.
"use strict";
(() => {
  const sheet = getComputedStyle(document.documentElement);
  const colour = (name) => sheet.getPropertyValue("--" + name).trim();
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  const written = (kind) => (value) => {
    if (value == null) return "–";
    if (kind === "share") return (value * 100).toFixed(1) + " %";
    if (kind === "count") return value.toLocaleString("en");
    return value.toFixed(2);
  };

  // "2024-08" as "Aug", with the year under January and under the first.
  const named = (label, first) => {
    const parts = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(label);
    if (!parts) return label;
    const month = MONTHS[parts[2] - 1];
    const words = parts[3] ? Number(parts[3]) + " " + month : month;
    return first || parts[2] === "01" ? words + "\n" + parts[1] : words;
  };

  const full = (data, i) => data.observed[i][1] > 0 && data.observed[i][0] >= data.observed[i][1];

  // The ground of periods that were not fully observed.
  const hatched = (data) => (u) => {
    const { ctx, bbox } = u;
    const step = u.valToPos(1, "x", true) - u.valToPos(0, "x", true);
    const ratio = devicePixelRatio || 1;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    data.periods.forEach((_, i) => {
      if (full(data, i)) return;
      const left = u.valToPos(i, "x", true) - step / 2;
      ctx.save();
      ctx.beginPath();
      ctx.rect(left, bbox.top, step, bbox.height);
      ctx.fillStyle = colour("tint");
      ctx.fill();
      ctx.clip();
      ctx.strokeStyle = colour("hatch");
      ctx.globalAlpha = 0.55;
      ctx.lineWidth = ratio * 0.8;
      ctx.beginPath();
      // Lines of one slant over the whole plot, so that neighbours join.
      const gap = 8 * ratio;
      const first = Math.floor((left - bbox.height) / gap) * gap;
      for (let x = first; x < left + step; x += gap) {
        ctx.moveTo(x, bbox.top + bbox.height);
        ctx.lineTo(x + bbox.height, bbox.top);
      }
      ctx.stroke();
      ctx.restore();
    });
    ctx.restore();
  };

  // Where both are named as often.
  const even = (data) => (u) => {
    if (data.kind !== "ratio") return;
    const { ctx, bbox } = u;
    const ratio = devicePixelRatio || 1;
    const y = u.valToPos(1, "y", true);
    if (y < bbox.top || y > bbox.top + bbox.height) return;
    ctx.save();
    ctx.strokeStyle = colour("axis");
    ctx.lineWidth = ratio;
    ctx.setLineDash([2 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.restore();
  };

  // One line: its interval, its segments (dashed beside what was not fully observed), its points (hollow there).
  const drawn = (data, n, stroke) => (u, s) => {
    if (!u.series[s].show) return null;
    const { ctx, bbox } = u;
    const line = data.lines[n];
    const ratio = devicePixelRatio || 1;
    const at = (i, value) => [u.valToPos(i, "x", true), u.valToPos(value, "y", true)];
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left - 4 * ratio, bbox.top - 4 * ratio, bbox.width + 8 * ratio, bbox.height + 8 * ratio);
    ctx.clip();
    ctx.strokeStyle = ctx.fillStyle = stroke;
    ctx.globalAlpha = 0.14;
    for (let i = 0; i + 1 < line.values.length; i++) {
      if (line.low[i] == null || line.low[i + 1] == null) continue;
      ctx.beginPath();
      [[i, line.high[i]], [i + 1, line.high[i + 1]], [i + 1, line.low[i + 1]], [i, line.low[i]]].forEach(
        ([x, y], k) => (k ? ctx.lineTo(...at(x, y)) : ctx.moveTo(...at(x, y))));
      ctx.fill();
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = 2 * ratio;
    for (let i = 0; i + 1 < line.values.length; i++) {
      if (line.values[i] == null || line.values[i + 1] == null) continue;
      ctx.setLineDash(full(data, i) && full(data, i + 1) ? [] : [5 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(...at(i, line.values[i]));
      ctx.lineTo(...at(i + 1, line.values[i + 1]));
      ctx.stroke();
    }
    ctx.setLineDash([]);
    const step = (u.valToPos(1, "x", true) - u.valToPos(0, "x", true)) / ratio;
    line.values.forEach((value, i) => {
      const alone = line.values[i - 1] == null && line.values[i + 1] == null;
      if (value == null || (step < 9 && !alone)) return;
      ctx.beginPath();
      ctx.arc(...at(i, value), 3.4 * ratio, 0, 2 * Math.PI);
      ctx.fillStyle = full(data, i) ? stroke : colour("paper");
      ctx.fill();
      ctx.stroke();
    });
    ctx.restore();
    return null;
  };

  const moving = (figure) => {
    const data = JSON.parse(figure.dataset.chart);
    if (!data.periods.length || !data.lines.length) return;
    const tell = written(data.kind);
    const height = () => (figure.clientWidth < 560 ? 280 : 340);
    const font = "12px " + getComputedStyle(document.body).fontFamily;
    const axis = { stroke: colour("muted"), font, grid: { stroke: colour("grid"), width: 1 }, ticks: { show: false } };
    const place = document.createElement("div");
    place.className = "plot";
    place.tabIndex = 0;
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", "Values: arrow keys move, Escape shows the whole span again");
    const spoken = document.createElement("p");
    spoken.className = "spoken";
    spoken.setAttribute("aria-live", "polite");
    let zoomed = false;
    const options = {
      width: figure.clientWidth,
      height: height(),
      padding: [12, 12, 0, 0],
      cursor: { y: false, points: { size: 9 }, drag: { x: true, y: false } },
      scales: {
        x: { time: false, range: (u, low, high) => (zoomed ? [low, high] : [-0.5, data.periods.length - 0.5]) },
        y: { range: (u, low, high) => [0, high > 0 ? (data.kind === "share" ? Math.min(1, high * 1.1) : high * 1.1) : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 44,
          splits: (u, _, low, high) => {
            const few = Math.max(1, Math.floor(u.bbox.width / (devicePixelRatio || 1) / 58));
            const wanted = (Math.min(high, data.periods.length - 1) - Math.max(low, 0) + 1) / few;
            const every = [1, 2, 3, 6, 12, 24, 60, 120, 365, 730, 1e9].find((n) => n >= wanted);
            const splits = [];
            for (let i = Math.max(0, Math.ceil(low)); i <= Math.min(high, data.periods.length - 1); i += every) splits.push(i);
            return splits;
          },
          values: (u, splits) => splits.map((i, k) => named(data.periods[i] || "", k === 0)),
        },
        {
          ...axis,
          size: 58,
          incrs: data.kind === "count" ? [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000] : undefined,
          values: (u, splits) => splits.map((v) => (v == null ? "" : data.kind === "share" ? +(v * 100).toFixed(2) + "%" : v.toLocaleString("en"))),
        },
      ],
      series: [
        {
          label: "Period",
          value: (u, x) => {
            if (x == null) return "Point at a period for its values · drag to zoom, double-click for the whole span · a name hides its line";
            const [days, of] = data.observed[x];
            return data.periods[x] + ", " + days + " of " + of + " days observed, " + data.articles[x].toLocaleString("en") + " articles";
          },
        },
        ...data.lines.map((line, n) => {
          const stroke = colour("line" + (n % 12));
          return {
            label: line.name,
            _colour: stroke,
            stroke,
            width: 2,
            points: { show: false },
            paths: drawn(data, n, stroke),
            value: (u, value, s, i) =>
              i == null ? "" : value == null ? "–"
                : tell(value) + (line.low[i] == null ? "" : " (" + tell(line.low[i]) + " to " + tell(line.high[i]) + ")"),
          };
        }),
      ],
      legend: { live: true, markers: { width: 0, fill: (u, s) => u.series[s]._colour } },
      hooks: {
        drawClear: [hatched(data), even(data)],
        setSelect: [() => { zoomed = true; }],
      },
    };
    const values = [data.periods.map((_, i) => i), ...data.lines.map((line) => line.values)];
    // The highest end of an interval has to fit as well.
    const top = Math.max(...data.lines.flatMap((line) => line.high.concat(line.values)).filter((v) => v != null), 0);
    const fitted = options.scales.y.range;
    options.scales.y.range = (u, low, high) => fitted(u, low, zoomed ? high : Math.max(high ?? 0, top));
    const u = new uPlot(options, values, place);
    figure.append(place, spoken);
    figure.classList.add("moving");

    const whole = () => {
      zoomed = false;
      u.setScale("x", { min: 0, max: data.periods.length - 1 });
    };
    place.addEventListener("dblclick", whole);
    let at = null;
    place.addEventListener("keydown", (event) => {
      const last = data.periods.length - 1;
      const to = { ArrowLeft: at == null ? last : at - 1, ArrowRight: at == null ? 0 : at + 1, Home: 0, End: last }[event.key];
      if (event.key === "Escape") whole();
      if (to == null) return;
      event.preventDefault();
      at = Math.max(0, Math.min(last, to));
      u.setCursor({ left: u.valToPos(at, "x"), top: 10 });
      spoken.textContent = data.periods[at] + ": " +
        data.lines.map((line) => line.name + " " + tell(line.values[at])).join(", ") +
        ", " + data.observed[at][0] + " of " + data.observed[at][1] + " days observed";
    });
    new ResizeObserver(() => u.setSize({ width: figure.clientWidth, height: height() })).observe(figure);
  };

  document.querySelectorAll("figure[data-chart]").forEach(moving);
  // Colours are read when a chart is made.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => location.reload());
})();
