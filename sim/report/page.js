// Charts of the report: drawn when they come into sight, in the colours of the page's theme.
"use strict";

(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const boxes = [...document.querySelectorAll(".chart")];
  const HEIGHT = { wide: 420, narrow: 340 };
  const PAPER = 680; // width for print, in pixels: an A4 page with its margins

  // --- theme ---------------------------------------------------------------------------------

  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  /** The value of one of the page's colours, as plotly understands it. */
  const colour = (name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.color = `var(--${name})`;
    const value = getComputedStyle(probe).color;
    probe.remove();
    return value;
  };

  const axesOf = (layout) => ["xaxis", "yaxis",
    ...Object.keys(layout).filter((key) => /^[xy]axis\d+$/.test(key))];

  /** What a layout takes from the page, as changes to it. */
  const look = (layout) => {
    const [ink, paper, line] = ["ink", "paper", "line"].map(colour);
    const changes = {
      "font.color": ink, "font.family": "system-ui, sans-serif", "font.size": 13,
      "hoverlabel.bgcolor": paper, "hoverlabel.bordercolor": line, "hoverlabel.font.color": ink,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    };
    for (const axis of axesOf(layout)) {
      changes[`${axis}.gridcolor`] = line;
      changes[`${axis}.linecolor`] = line;
      changes[`${axis}.zerolinecolor`] = line;
    }
    return changes;
  };

  const recolour = () => {
    for (const box of boxes) if (box.drawn) Plotly.relayout(box, look(box.layout));
  };

  const toggle = document.getElementById("theme");
  const name = () => { toggle.textContent = isDark() ? "Light theme" : "Dark theme"; };
  const retheme = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    name();
    recolour();
  };
  toggle.hidden = false;
  name();
  toggle.addEventListener("click", () => retheme(isDark() ? "light" : "dark"));
  system.addEventListener("change", () => { name(); recolour(); });

  // --- charts --------------------------------------------------------------------------------

  const sourceOf = (box) =>
    JSON.parse(document.getElementById(`data-${box.dataset.chart}`).textContent);

  const layoutOf = (box, layout, width) => ({
    height: layout.height ?? (width < 600 ? HEIGHT.narrow : HEIGHT.wide), ...layout,
    showlegend: false, // ours can be reached by the keyboard, and wraps
    dragmode: matchMedia("(pointer: coarse)").matches ? false : (layout.dragmode ?? "zoom"),
    width: undefined, autosize: true,
  });

  const draw = (box) => {
    if (box.drawn) return;
    box.drawn = true;
    const chart = sourceOf(box);
    const layout = layoutOf(box, chart.layout, box.clientWidth);
    Plotly.newPlot(box, chart.data, layout, { responsive: true, displayModeBar: false });
    Plotly.relayout(box, look(box.layout));
    addTools(box, chart);
    // Reset is offered once there is something to undo.
    for (const event of ["plotly_relayout", "plotly_restyle"]) {
      box.on(event, (change) => { if (isByReader(change)) showReset(box); });
    }
  };

  const showReset = (box) => {
    for (const made of box.parentElement.querySelectorAll(".reset")) made.hidden = false;
  };

  /** Whether a change of a chart is one of axes or series, not of the page's look or width. */
  const isByReader = (change) => Array.isArray(change)
    || Object.keys(change).some((key) => /^[xy]axis\d*\.(range|autorange|type)/.test(key));

  const button = (text, act, pressed) => {
    const made = document.createElement("button");
    made.type = "button";
    made.append(text);
    if (pressed !== undefined) made.setAttribute("aria-pressed", pressed);
    made.addEventListener("click", () => act(made));
    return made;
  };

  const flip = (made) => {
    const now = made.getAttribute("aria-pressed") !== "true";
    made.setAttribute("aria-pressed", now);
    return now;
  };

  const addTools = (box, chart) => {
    const tools = document.createElement("div");
    tools.className = "tools";
    if (chart.layout.meta?.log) {
      const usual = chart.layout.yaxis?.type ?? "linear";
      tools.append(button("Log scale", (made) => Plotly.relayout(box, {
        "yaxis.type": flip(made) ? "log" : "linear", "yaxis.autorange": true,
      }), usual === "log"));
    }
    const reset = button("Reset", () => {
      const fresh = sourceOf(box);
      for (const part of box.parentElement.querySelectorAll(".tools")) part.remove();
      Plotly.react(box, fresh.data, layoutOf(box, fresh.layout, box.clientWidth));
      Plotly.relayout(box, look(box.layout));
      addTools(box, fresh);
    });
    reset.className = "reset";
    reset.hidden = true;
    tools.append(reset);
    const legend = legendOf(box, chart);
    box.after(...(legend.childElementCount > 1 ? [legend] : []), tools);
  };

  /** A button for each named series; one that is hidden is not pressed. */
  const legendOf = (box, chart) => {
    const legend = document.createElement("div");
    legend.className = "tools legend";
    legend.setAttribute("role", "group");
    legend.setAttribute("aria-label", "Series shown");
    const shown = chart.data.map((trace, index) => ({ trace, index }))
      .filter(({ trace }) => trace.name && trace.showlegend !== false && !("z" in trace));
    if (chart.layout.legend?.traceorder?.includes("reversed")) shown.reverse();
    for (const { trace, index } of shown) {
      const same = chart.data.flatMap((other, i) => (
        i === index || (trace.legendgroup && other.legendgroup === trace.legendgroup) ? [i] : []));
      const made = button(trace.name, () => Plotly.restyle(box, { visible: flip(made) }, same),
        trace.visible !== "legendonly");
      made.prepend(swatch(trace));
      legend.append(made);
    }
    return legend;
  };

  const swatch = (trace) => {
    const mark = document.createElement("span");
    const one = (value) => (Array.isArray(value) ? value[0] : value);
    const area = trace.type === "bar" || trace.stackgroup || (trace.fill && trace.fill !== "none");
    const pattern = one(trace.marker?.pattern?.shape);
    const symbol = one(trace.marker?.symbol);
    const point = trace.mode === "markers" && (!trace.error_y || symbol);
    const shape = area ? "" : point ? ` point ${symbol ?? ""}` : trace.line?.width >= 6 ? " thick"
      : ` line ${trace.line?.dash ?? ""}`;
    mark.className = `swatch${shape}${pattern ? " hatched" : ""}`;
    mark.setAttribute("aria-hidden", "true");
    const series = area ? trace.fillcolor ?? one(trace.marker?.color) : undefined;
    mark.style.setProperty("--series",
      series ?? trace.line?.color ?? one(trace.marker?.color) ?? "currentColor");
    mark.style.setProperty("--hatch", one(trace.marker?.pattern?.fgcolor) ?? "#333");
    return mark;
  };

  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) draw(target);
  }, { rootMargin: "300px" });
  boxes.forEach((box) => near.observe(box));

  // --- print, links --------------------------------------------------------------------------

  let before;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme ?? null;
    boxes.forEach(draw);
    retheme("light");
    for (const box of boxes) Plotly.relayout(box, { width: PAPER, autosize: false });
  });
  addEventListener("afterprint", () => {
    for (const box of boxes) Plotly.relayout(box, { width: null, autosize: true });
    retheme(before);
  });

  // A link to a part that is folded opens it.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    let part = target?.closest("details");
    while (part) {
      part.open = true;
      part = part.parentElement.closest("details");
    }
    target?.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  if (location.hash) unfold();
})();
