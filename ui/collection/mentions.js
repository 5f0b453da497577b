"use strict";
// Every mention of a word or a phrase with the words around it, grouped by article, in place of the list.
(window.byline.collection ??= {}).mentions = (root) => {
  const { make } = window.byline;
  const { fetched, count, pager } = window.byline.collection;
  const section = root.querySelector("section.mentions");
  const [heading, groups, pages] = ["h3", ".groups", ".pager"].map((selector) => section.querySelector(selector));
  const list = root.querySelector("section.list");
  const form = root.querySelector("form.find");
  const field = form.querySelector("input");
  let phrase = "";
  let page = 1;
  let asked = 0;

  const opens = (path, one) => ({
    href: "#article",
    "data-article": path,
    "data-start": one.start,
    "data-end": one.end,
    "data-marks": JSON.stringify(one.marks),
  });

  const line = (path, one) => {
    const before = make("span", { class: "before" }, make("bdi", {}, one.before));
    const words = make("span", { class: "after" }, make("strong", {}, one.words), one.after);
    return make("li", {}, make("a", opens(path, one), before, words));
  };

  const group = (one) => {
    const last = one.first + one.mentions.length - 1;
    const part = one.mentions.length < one.total ? `mentions ${one.first.toLocaleString("en")}–${last.toLocaleString("en")} of ${one.total.toLocaleString("en")}` : count(one.total, "mention");
    const facts = [one.outlet, one.date || "No date", part].filter(Boolean).map((fact) => make("span", { dir: "auto" }, fact));
    const title = make("h4", { dir: "auto" }, make("a", opens(one.path, one.mentions[0]), one.title));
    return make("article", {}, title, make("p", { class: "facts" }, ...facts), make("ol", {}, ...one.mentions.map((each) => line(one.path, each))));
  };

  const fill = (data) => {
    const where = `${count(data.total, "mention")} in ${count(data.articles, "article")}`;
    heading.textContent = data.total ? `${where} of “${data.phrase}”` : `No article mentions “${data.phrase}”`;
    groups.replaceChildren(...data.groups.map(group));
    pager(pages, data, (wanted) => load(wanted).then(() => heading.focus()));
  };

  const load = async (wanted) => {
    const mine = (asked += 1);
    section.setAttribute("aria-busy", "true");
    try {
      const data = await fetched("collection/mentions", { phrase, page: wanted });
      if (mine !== asked) return;
      page = data.page;
      fill(data);
    } catch (error) {
      if (mine !== asked) return;
      heading.textContent = error.message;
      groups.replaceChildren();
      pages.hidden = true;
    }
    section.removeAttribute("aria-busy");
  };

  const leave = () => {
    asked += 1;
    phrase = "";
    section.hidden = true;
    list.hidden = false;
  };

  const find = async () => {
    phrase = field.value.trim();
    if (!phrase) return leave();
    if (section.hidden) {
      heading.textContent = "Looking through the articles…";
      groups.replaceChildren();
      pages.hidden = true;
    }
    list.hidden = true;
    section.hidden = false;
    await load(1);
    return heading.focus();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    find();
  });
  field.addEventListener("input", () => field.value || leave()); // the cross that empties it
  section.querySelector(".back").addEventListener("click", () => {
    leave();
    field.focus();
  });

  return { leave, refresh: async () => (phrase ? load(page) : null) };
};
