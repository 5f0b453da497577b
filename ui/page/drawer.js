"use strict";
// The conversations that this browser keeps, in a drawer: open one, delete one, delete all.
(() => {
  const { make, readable, notice, when, store, conversation } = window.byline;
  let drawer, list, none, all;

  const build = () => {
    list = make("ul", {});
    none = make("p", { class: "none" }, "No conversation yet.");
    all = make("button", { type: "button", class: "quiet", onclick: forgetAll }, "Delete all");
    const closer = make("button", { type: "button", class: "quiet close", onclick: () => drawer.close() }, "Close");
    drawer = make(
      "dialog",
      { id: "drawer", "aria-labelledby": "drawer-title", onclick: (event) => event.target === drawer && drawer.close() },
      make("div", { class: "bar" }, make("h2", { id: "drawer-title" }, "Conversations"), closer),
      make("p", { class: "private" }, "Kept in this browser only."),
      none,
      list,
      all,
    );
    document.body.append(drawer);
  };

  const item = (one) => {
    const question = readable(one.turns[0].question) || "(no question)";
    const many = `${one.turns.length} question${one.turns.length === 1 ? "" : "s"}`;
    const facts = [when(one.updated), many, one.folder].filter(Boolean).join(" · ");
    const current = one.id === conversation.id();
    const opener = make(
      "button",
      { type: "button", class: "open", "aria-current": current && "true", onclick: () => show(one.id) },
      make("span", { class: "asked", dir: "auto" }, question),
      make("span", { class: "facts" }, facts),
    );
    const label = `Delete the conversation “${question.slice(0, 80)}”`;
    const remover = make("button", { type: "button", class: "quiet", "aria-label": label, onclick: () => forget(one.id) }, "Delete");
    return make("li", {}, opener, remover);
  };

  const fill = () => {
    const kept = store.all();
    list.replaceChildren(...kept.map(item));
    none.hidden = kept.length > 0;
    all.hidden = kept.length === 0;
    all.textContent = "Delete all";
  };

  const show = (id) => {
    drawer.close();
    if (id !== conversation.id()) conversation.restore(id);
  };

  const forget = (id) => {
    const at = [...list.children].findIndex((one) => one.contains(document.activeElement));
    store.remove(id);
    if (id === conversation.id()) conversation.begin();
    fill();
    const next = list.children[Math.min(at, list.children.length - 1)]?.querySelector(".open");
    (next ?? drawer.querySelector(".close")).focus();
  };

  /** Asked twice, since nothing brings them back. */
  const forgetAll = () => {
    if (all.textContent === "Delete all") {
      all.textContent = "Delete all: yes, for good";
      return;
    }
    store.clear();
    conversation.begin();
    fill();
    drawer.querySelector(".close").focus();
    notice("Every conversation was deleted from this browser.");
  };

  window.byline.openDrawer = () => {
    fill();
    drawer.showModal();
  };
  window.byline.onStart(build);
})();
