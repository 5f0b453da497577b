"use strict";
// The list of the articles, a page at a time: filtered, sorted, narrowed to some days; and what could not be read.
(window.byline.collection ??= {}).list = (root) => {
  const { make, announce } = window.byline;
  const { fetched, count, pager } = window.byline.collection;
  const STATES = { indexed: "Indexed", changed: "Changed, read again soon", gone: "Gone from the folder" };
  const WAIT_MS = 200;
  const at = (selector) => root.querySelector(`.list ${selector}`);
  const [heading, widen, table, body, pages] = ["h3", ".widen", "table", "tbody", ".pager"].map(at);
  const failures = at(".failures");
  const field = root.querySelector(".filter input");
  const wanted = { text: "", sort: "date", order: "desc", page: 1 };
  let days = {}; // {since, until, undated, name}, as a bar of the picture says
  let whole = 0;
  let asked = 0;
  let timer = 0;
  let failing = 0; // pages of failures that are shown

  /** A link that is there already stays: the panel gives the focus back to the one it came from. */
  const opens = (one, known) => {
    const link = known.get(one.path) ?? make("a", { href: "#article", "data-article": one.path, dir: "auto" });
    link.textContent = one.title;
    return link;
  };

  const row = (one, known) =>
    make(
      "tr",
      { role: "row" },
      make("td", { role: "cell", class: "title" }, opens(one, known)),
      make("td", { role: "cell", class: "outlet", dir: "auto" }, one.outlet || "–"),
      make("td", { role: "cell", class: "date" }, one.published ? make("time", { datetime: one.published }, one.date) : "No date"),
      make("td", { role: "cell", class: `state ${one.state}` }, STATES[one.state] ?? ""),
    );

  const said = (total) => {
    if (days.name) return `${count(total, "article")}: ${days.name}`;
    return wanted.text ? `${total.toLocaleString("en")} of ${count(whole, "article")}` : count(total, "article");
  };

  const load = async () => {
    const mine = (asked += 1);
    const { since, until, undated } = days;
    const data = await fetched("collection/articles", { ...wanted, since, until, undated });
    if (mine !== asked) return;
    if (data.page > data.pages) return go(data.pages);
    const focused = body.contains(document.activeElement) ? document.activeElement : null;
    const known = new Map([...body.querySelectorAll("a")].map((link) => [link.dataset.article, link]));
    heading.textContent = said(data.total);
    body.replaceChildren(...data.rows.map((one) => row(one, known)));
    table.hidden = !data.rows.length;
    pager(pages, data, (page) => go(page).then(() => heading.focus()));
    if (focused?.isConnected) focused.focus();
  };

  const failed = (error) => (heading.textContent = error.message);
  const go = (page) => {
    wanted.page = page;
    return load().catch(failed);
  };

  const reasons = async (upTo) => {
    const lists = await Promise.all(Array.from({ length: upTo }, (_, n) => fetched("collection/failures", { page: n + 1 })));
    const items = lists.flatMap((data) => data.rows).map((one) => make("li", { dir: "auto" }, make("b", {}, one.path), " ", one.reason));
    failures.querySelector("ul").replaceChildren(...items);
    failures.querySelector(".more").hidden = upTo >= lists.at(-1).pages;
    failing = upTo;
  };

  const tell = async (state) => {
    failures.hidden = !state.failures;
    failures.querySelector("summary").textContent = `${count(state.failures, "file")} could not be read`;
    if (state.failures && failures.open) await reasons(Math.max(1, failing));
  };

  const sortBy = (column) => {
    const name = column.dataset.sort;
    const first = name === "date" ? "desc" : "asc";
    wanted.order = wanted.sort !== name ? first : wanted.order === "asc" ? "desc" : "asc";
    wanted.sort = name;
    for (const one of table.querySelectorAll("th[data-sort]")) one.removeAttribute("aria-sort");
    column.setAttribute("aria-sort", wanted.order === "asc" ? "ascending" : "descending");
    go(1);
  };

  const filtered = () => {
    if (wanted.text === field.value.trim()) return;
    wanted.text = field.value.trim();
    root.parts.mentions.leave();
    go(1).then(() => announce(heading.textContent));
  };

  const narrow = (chosen) => {
    days = chosen;
    widen.hidden = !chosen.name;
    widen.textContent = `Show all days`;
    root.parts.mentions.leave();
    return go(1).then(() => heading.focus());
  };

  for (const column of table.querySelectorAll("th[data-sort]")) column.querySelector("button").addEventListener("click", () => sortBy(column));
  widen.addEventListener("click", () => narrow({}));
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filtered, WAIT_MS);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    filtered();
  });
  failures.addEventListener("toggle", () => failures.open && reasons(Math.max(1, failing)).catch(failed));
  failures.querySelector(".more").addEventListener("click", () => reasons(failing + 1).catch(failed));

  return {
    narrow,
    refresh: async (state) => {
      whole = state.articles;
      root.querySelector(".collection-head h2").textContent = count(whole, "article");
      await Promise.all([load(), tell(state)]);
    },
  };
};
