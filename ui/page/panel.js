"use strict";
// The side panel: a whole article, scrolled to the cited words. Beside the conversation where there is room, so that both
// can be used (a dialog that is not modal); over it on a narrow window, where nothing behind it can be seen (modal).
(() => {
  const { make, glide, readable } = window.byline;
  const WIDE = matchMedia("(min-width: 1000px)");
  let panel, title, facts, text, position, previous, next, places, original;
  let opener = null;
  let shown = null; // {path, start, end, marks, citations, at}
  let asked = 0;

  const build = () => {
    position = make("p", { class: "position", role: "status" });
    previous = make("button", { type: "button", class: "quiet", onclick: () => step(-1) }, "‹ Previous");
    next = make("button", { type: "button", class: "quiet", onclick: () => step(1) }, "Next ›");
    places = make("div", { class: "places", role: "group", "aria-label": "Citations" }, previous, position, next);
    title = make("h2", { id: "panel-title", tabindex: "-1", dir: "auto" });
    facts = make("p", { class: "facts" });
    original = make("p", { class: "original" });
    text = make("div", { class: "text", dir: "auto", tabindex: "0", role: "group", "aria-label": "Text of the article" });
    const closer = make("button", { type: "button", class: "quiet close", onclick: () => panel.close() }, "Close");
    panel = make(
      "dialog",
      { id: "panel", "aria-labelledby": "panel-title", onclose: closed },
      make("header", {}, make("div", { class: "bar" }, places, closer), title, facts, original),
      text,
    );
    document.body.append(panel);
  };

  /** Where these code points stand in the string, which counts UTF-16 units. */
  const units = (string, points) => {
    const found = new Map();
    const wanted = [...new Set(points)].sort((one, other) => one - other);
    let unit = 0;
    let point = 0;
    for (const one of wanted) {
      for (; point < one && unit < string.length; point += 1) unit += string.codePointAt(unit) > 0xffff ? 2 : 1;
      found.set(one, unit);
    }
    return found;
  };

  const spans = (given) =>
    given.filter((span) => Array.isArray(span) && span.length === 2 && span.every(Number.isSafeInteger) && span[0] < span[1]);

  /** The article's text in pieces, each plain, cited here or cited elsewhere in the answer. */
  const pieces = (string, cited, marks) => {
    const at = units(string, [...cited, ...marks].flat());
    const cuts = [...new Set([0, string.length, ...at.values()])].sort((one, other) => one - other);
    const within = (span, start, end) => at.get(span[0]) <= start && end <= at.get(span[1]);
    return cuts.slice(1).map((end, index) => {
      const start = cuts[index];
      const kind = cited.some((span) => within(span, start, end)) ? "cited" : marks.some((span) => within(span, start, end)) ? "also" : "";
      return [readable(string.slice(start, end)), kind];
    });
  };

  /** The pieces in paragraphs, which blank lines part; a piece may go on from one into the next. */
  const paragraphs = (parts) => {
    const found = [make("p")];
    for (const [part, kind] of parts) {
      for (const [index, words] of part.split(/\n[ \t]*\n\s*/).entries()) {
        if (index) found.push(make("p"));
        if (words) found.at(-1).append(kind ? make("mark", { class: kind }, words) : words);
      }
    }
    return found;
  };

  const fill = (article, wanted) => {
    title.textContent = readable(article.title);
    const path = make("span", { class: "path" }, readable(article.path));
    const date = article.published && make("time", { datetime: article.published }, readable(day(article.published)));
    facts.replaceChildren(...[article.outlet && make("span", { class: "outlet" }, readable(article.outlet)), date, path].filter(Boolean));
    link(article.url);
    const cited = spans([[wanted.start, wanted.end]]);
    const parts = pieces(article.text, cited, spans(wanted.marks ?? []));
    text.replaceChildren(...paragraphs(parts));
    const target = text.querySelector("mark.cited");
    if (target) target.scrollIntoView({ block: "center", behavior: glide() });
    else panel.scrollTop = 0;
  };

  const day = (iso) => {
    const date = new Date(`${iso}T00:00:00`);
    return Number.isNaN(date.getTime()) ? iso : date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  };

  /** The one way out of this page, and only for a web address. */
  const link = (url) => {
    original.replaceChildren();
    let address;
    try {
      address = new URL(url);
    } catch {
      return;
    }
    if (!["http:", "https:"].includes(address.protocol)) return;
    const attributes = { href: address.href, target: "_blank", rel: "noopener noreferrer" };
    original.append(make("a", attributes, `Open the original at ${address.host}`), " (leaves this machine, in a new tab)");
  };

  const load = async (wanted) => {
    shown = wanted;
    const mine = (asked += 1);
    const many = wanted.citations?.length ?? 0;
    places.hidden = many < 2;
    position.textContent = many > 1 ? `Source ${wanted.citations[wanted.at].number} of ${many}` : "";
    previous.disabled = wanted.at === 0;
    next.disabled = wanted.at === many - 1;
    const article = await fetched(wanted.path);
    if (mine !== asked || !panel.open) return;
    if (article.text === undefined) {
      title.textContent = "This article cannot be shown";
      facts.textContent = article.detail;
      original.replaceChildren();
      text.replaceChildren();
    } else fill(article, wanted);
  };

  const fetched = async (path) => {
    try {
      const response = await fetch(`api/article?${new URLSearchParams({ path })}`);
      const article = await response.json();
      if (response.ok && typeof article.text === "string") return article;
      return { detail: typeof article.detail === "string" ? article.detail : "Byline did not give it out." };
    } catch {
      return { detail: "Byline does not answer: see whether it still runs." };
    }
  };

  const open = (wanted) => {
    if (!panel.open) {
      opener = document.activeElement;
      title.textContent = "Opening the article…";
      facts.replaceChildren();
      original.replaceChildren();
      text.replaceChildren();
      if (WIDE.matches) panel.show();
      else panel.showModal();
      document.body.classList.toggle("reading", WIDE.matches);
    }
    title.focus({ preventScroll: true });
    load(wanted);
  };

  const step = (by) => {
    const at = shown.at + by;
    const one = shown.citations?.[at];
    if (!one) return;
    load(of(shown.citations, at));
    if ((by < 0 ? previous : next).disabled) (by < 0 ? next : previous).focus();
  };

  const of = (citations, at) => {
    const one = citations[at];
    const marks = citations.filter((other) => other.path === one.path && other !== one).map((other) => [other.start, other.end]);
    return { path: one.path, start: one.start, end: one.end, marks, citations, at };
  };

  const closed = () => {
    asked += 1;
    document.body.classList.remove("reading");
    const back = opener?.isConnected && opener !== document.body ? opener : document.querySelector("#question");
    back?.focus();
  };

  const numbers = (text) => (text === undefined || text === "" ? NaN : Number(text));

  /** What a link means: in an answer, its citation with the others before and after it. */
  const wantedBy = (link) => {
    const { article: path, start, end, marks } = link.dataset;
    const turn = link.closest(".turn[data-answer]");
    const citations = turn ? JSON.parse(turn.dataset.answer).citations : [];
    const at = citations.findIndex((one) => one.path === path && one.start === numbers(start) && one.end === numbers(end));
    if (at >= 0) return of(citations, at);
    return { path, start: numbers(start), end: numbers(end), marks: JSON.parse(marks || "[]") };
  };

  window.byline.openArticle = (path, start, end, marks = []) => open({ path: String(path), start, end, marks });

  /** Opens source `number` of the answer in this turn; says whether there is one. */
  window.byline.openSource = (turn, number) => {
    const { citations } = JSON.parse(turn.dataset.answer);
    const at = citations.findIndex((one) => one.number === number);
    if (at >= 0) open(of(citations, at));
    return at >= 0;
  };

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("[data-article]") : null;
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    link.focus({ preventScroll: true });
    open(wantedBy(link));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open && !event.defaultPrevented && !document.querySelector("dialog:modal")) panel.close();
  });
  window.byline.onStart(build);
})();
