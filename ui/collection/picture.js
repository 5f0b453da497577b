"use strict";
// The articles over time. The picture is drawn by the server (ui/collection/chart.py); here it is put into the page,
// and can be walked through with the arrow keys: it is one stop of the tab key, however many articles there are.
(window.byline.collection ??= {}).picture = (root) => {
  const { make } = window.byline;
  const { fetched, count } = window.byline.collection;
  const ELEMENTS = new Set(["svg", "g", "a", "circle", "rect", "path", "text"]);
  const ATTRIBUTES = /^(xmlns|class|role|width|height|viewBox|x|y|cx|cy|r|d|href|tabindex|text-anchor|aria-label|aria-hidden|data-[a-z]+)$/;
  const SLOW_MS = 4000;
  const section = root.querySelector(".over-time");
  const [holder, tip, legend] = [".picture", ".tip", ".legend"].map((selector) => section.querySelector(selector));
  const about = root.querySelector(".collection-head .about");
  let shown = null;
  let width = 0;
  let when = 0;
  let asked = 0;

  /** The drawing, where it holds nothing but shapes, words and links within the page. */
  const parsed = (svg) => {
    const found = new DOMParser().parseFromString(svg, "image/svg+xml");
    const fits = (one) =>
      ELEMENTS.has(one.localName) &&
      [...one.attributes].every(({ name, value }) => ATTRIBUTES.test(name) && (name !== "href" || value === "#"));
    return [found.documentElement, ...found.documentElement.querySelectorAll("*")].every(fits) ? document.importNode(found.documentElement, true) : null;
  };

  const marks = () => [...holder.querySelectorAll("a")];

  /** Puts the links that are there already into the new drawing: the panel gives the focus back to the one it came from. */
  const keep = (drawing) => {
    const known = new Map(marks().map((one) => [one.dataset.article, one]));
    for (const one of drawing.querySelectorAll("a.dot")) {
      const same = known.get(one.dataset.article);
      if (!same) continue;
      for (const { name, value } of one.attributes) same.setAttribute(name, value);
      same.replaceChildren(...one.childNodes);
      one.replaceWith(same);
    }
  };

  const fill = (data) => {
    const drawing = parsed(data.svg);
    const focused = holder.contains(document.activeElement) ? document.activeElement : null;
    if (drawing) keep(drawing);
    holder.replaceChildren(...(drawing ? [drawing] : []));
    hide();
    if (focused) stop(focused.isConnected ? focused : marks()[0]);
    const told = data.accounts === null || data.accounts === undefined ? "" : ` · ${count(data.accounts, "independent account")}`;
    about.textContent = data.about + told;
    legend.replaceChildren(...keys(data));
    section.classList.toggle("dotted", data.dots);
  };

  const keys = (data) => {
    const entries = data.legend.map((one) => [one.account, count(one.articles, "article"), one.told]);
    if (data.legend.length && data.alone) entries.push([0, count(data.alone, "article"), "told by nobody else"]);
    return entries.map(([account, articles, title]) => {
      const button = make("button", { type: "button", "aria-pressed": "false", class: `account-${account}` });
      button.append(make("span", { class: "swatch", "aria-hidden": "true" }), make("b", {}, articles), make("span", { dir: "auto" }, title));
      button.addEventListener("click", () => single(button, account));
      return make("li", {}, button);
    });
  };

  /** Brings one account forward, or all again. */
  const single = (button, account) => {
    const on = button.getAttribute("aria-pressed") !== "true";
    for (const one of legend.querySelectorAll("button")) one.setAttribute("aria-pressed", String(on && one === button));
    for (const one of holder.querySelectorAll(".dot, .bar .mark")) one.classList.toggle("aside", on && !one.classList.contains(`account-${account}`));
  };

  /** The one mark that the tab key stops at. */
  const stop = (mark) => {
    if (!mark) return;
    for (const one of marks()) one.setAttribute("tabindex", one === mark ? "0" : "-1");
    mark.focus();
  };

  const step = (mark, key) => {
    const all = marks();
    const column = (one) => Number(one.dataset.column);
    const columns = [...new Set(all.map(column))];
    const here = all.filter((one) => column(one) === column(mark));
    const place = here.indexOf(mark);
    if (key === "Home" || key === "End") return all.at(key === "Home" ? 0 : -1);
    if (key === "ArrowUp" || key === "ArrowDown") return here[place + (key === "ArrowUp" ? 1 : -1)];
    const next = columns[columns.indexOf(column(mark)) + (key === "ArrowRight" ? 1 : -1)];
    const there = all.filter((one) => column(one) === next);
    return there[Math.min(place, there.length - 1)];
  };

  const show = (mark) => {
    tip.textContent = mark.getAttribute("aria-label").replace(/; show them in the list$/, "");
    tip.hidden = false;
    const [one, around] = [mark.querySelector(".mark").getBoundingClientRect(), section.getBoundingClientRect()];
    const left = Math.min(Math.max(one.left + one.width / 2 - tip.offsetWidth / 2 - around.left, 0), around.width - tip.offsetWidth);
    tip.style.left = `${left}px`;
    tip.style.top = `${one.top - around.top - tip.offsetHeight - 8}px`;
  };

  const hide = () => (tip.hidden = true);

  const narrow = (bar) => {
    const { since, until, undated, name } = bar.dataset;
    root.parts.list.narrow({ since, until, undated, name });
  };

  const load = async () => {
    const mine = (asked += 1);
    width = Math.round(holder.clientWidth);
    when = Date.now();
    const data = await fetched("collection/picture", { width: Math.max(1, width) });
    if (mine !== asked) return;
    shown = data;
    fill(data);
  };

  holder.addEventListener("keydown", (event) => {
    const mark = event.target.closest("a");
    if (event.key === "Escape" && !tip.hidden) {
      event.preventDefault();
      return hide();
    }
    if (mark && event.key === " ") {
      event.preventDefault();
      mark.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
    if (!mark || !/^(Arrow(Up|Down|Left|Right)|Home|End)$/.test(event.key)) return null;
    event.preventDefault();
    return stop(step(mark, event.key));
  });
  holder.addEventListener("click", (event) => {
    const bar = event.target.closest("a.bar");
    if (!bar) return;
    event.preventDefault();
    narrow(bar);
  });
  for (const [comes, goes] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
    holder.addEventListener(comes, (event) => event.target.closest("a") && show(event.target.closest("a")));
    holder.addEventListener(goes, hide);
  }
  new ResizeObserver(() => {
    if (shown && holder.clientWidth && Math.abs(holder.clientWidth - width) > 10) load().catch(() => null);
  }).observe(holder);

  return {
    unfinished: () => shown !== null && !shown.current,
    /** While articles are being indexed the picture changes all the time: it is not drawn anew each time. */
    refresh: async (state) => {
      if (!shown || !state.doing || Date.now() - when > SLOW_MS) await load();
    },
  };
};
