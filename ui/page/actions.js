"use strict";
// What can be done with an answer: copy it, take it along, say that it is wrong, open its sources by their numbers.
(() => {
  const { make, notice, conversation } = window.byline;

  const copy = async (text, what) => {
    try {
      if (navigator.clipboard) await navigator.clipboard.writeText(text);
      else if (!copyBySelection(text)) throw new Error("refused");
      notice(`Copied as ${what}, with its sources.`);
    } catch {
      notice("This browser does not let the page copy: select the answer and copy it by hand.");
    }
  };

  /** The old way, for pages that are not on this machine's own address: the clipboard is closed to them. */
  const copyBySelection = (text) => {
    const field = make("textarea", { class: "unseen", "aria-hidden": "true", tabindex: "-1" });
    const focused = document.activeElement;
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    focused?.focus();
    return done;
  };

  const download = (name, text, type) => {
    const address = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  };

  /** The conversation as a file: its questions and answers with their sources. */
  window.byline.download = (form) => {
    const name = `byline-${conversation.created().slice(0, 10)}-${conversation.id().slice(-4)}`;
    if (form === "json") {
      const data = { made_by: "Byline", created: conversation.created(), turns: conversation.records() };
      return download(`${name}.json`, `${JSON.stringify(data, null, 2)}\n`, "application/json");
    }
    const turns = [...document.querySelectorAll("#thread .turn[data-markdown]")].map((turn) => turn.dataset.markdown);
    return download(`${name}.md`, `# A conversation with Byline\n\n${turns.join("\n---\n\n")}`, "text/markdown");
  };

  const unfold = (turn, open) => {
    const form = turn.querySelector(".wrong");
    const button = turn.querySelector('[data-do="wrong"]');
    form.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    (open ? form.querySelector("textarea") : button).focus();
  };

  /** What the server says of a wrong answer that was sent to it, in one line. */
  const sent = async (turn) => {
    const turns = [...document.querySelectorAll("#thread .turn[data-answer]")];
    const record = (one) => ({ question: one.dataset.question, answer: JSON.parse(one.dataset.answer) });
    const body = {
      ...record(turn),
      history: turns.slice(0, turns.indexOf(turn)).slice(-8).map(record),
      expected: turn.querySelector(".wrong textarea").value,
    };
    try {
      const headers = { "content-type": "application/json" };
      const response = await fetch("api/wrong", { method: "POST", headers, body: JSON.stringify(body) });
      const said = await response.json();
      if (response.ok) return `Saved as a draft in ${said.saved_to}.`;
      return typeof said.detail === "string" ? said.detail : "This could not be saved.";
    } catch {
      return "Byline does not answer, so this was not saved: see whether it still runs.";
    }
  };

  const report = async (form) => {
    const turn = form.closest(".turn");
    const line = await sent(turn);
    notice(line);
    unfold(turn, false);
  };

  const DOES = {
    markdown: (turn) => copy(turn.dataset.markdown, "Markdown"),
    text: (turn) => copy(turn.dataset.text, "text"),
    edit: (turn) => conversation.edit(turn),
    wrong: (turn, button) => unfold(turn, button.getAttribute("aria-expanded") !== "true"),
    unwrong: (turn) => unfold(turn, false),
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest(".turn [data-do]") : null;
    if (button) DOES[button.dataset.do]?.(button.closest(".turn"), button);
  });
  document.addEventListener("submit", (event) => {
    if (!event.target.matches(".turn .wrong")) return;
    event.preventDefault();
    report(event.target);
  });
  document.addEventListener("keydown", (event) => {
    if (!/^[1-9]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const reply = event.target instanceof Element ? event.target.closest(".turn[data-answer] .reply") : null;
    if (reply && window.byline.openSource(reply.closest(".turn"), Number(event.key))) event.preventDefault();
  });
})();
