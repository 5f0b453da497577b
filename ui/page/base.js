"use strict";
// What every part of the page uses. Text of articles and questions goes into the document as text, never as markup.
window.byline = (() => {
  const NOTICE_MS = 9000;
  let timer = 0;

  /** An element with attributes ("on…" are listeners) and children; strings become text. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value != null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child != null));
    return element;
  };

  // Characters that turn the direction of what follows, or command a terminal: they are no part of what is read.
  const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g;

  /** The text without characters that reorder what is read. */
  const readable = (text) => String(text).replace(UNSEEN, "");

  const announcer = make("div", { id: "announcer", class: "unseen", role: "status" });
  const noticed = make("div", { id: "notice", role: "status" });

  /** Says something to screen readers only. */
  const announce = (text) => {
    announcer.textContent = "";
    requestAnimationFrame(() => (announcer.textContent = text));
  };

  /** Says something to everybody in one line, for a while. */
  const notice = (text) => {
    clearTimeout(timer);
    noticed.textContent = text;
    timer = setTimeout(() => (noticed.textContent = ""), NOTICE_MS);
  };

  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const glide = () => (calm() ? "auto" : "smooth");

  /** "9 Dec 2021, 14:05" in the reader's own way of writing dates. */
  const when = (iso) => {
    const date = new Date(iso);
    if (Number.isNaN(date.getTime())) return "";
    return date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  };

  /** Runs once the document has a body: Gradio may bring the scripts before it or after it. */
  const onStart = (start) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
    else start();
  };

  onStart(() => document.body.append(announcer, noticed));
  return { make, readable, announce, notice, calm, glide, when, onStart };
})();
