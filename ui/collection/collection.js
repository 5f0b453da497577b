"use strict";
// The tab of the articles: asks what the index holds while somebody looks at it, and shows it again when it changed.
(() => {
  const parts = (window.byline.collection ??= {});
  const LOOK_MS = 2000;
  const SOON_MS = 500;

  /** What the server says to a question; an Error with its one line where it is none. */
  parts.fetched = async (path, given = {}, options = {}) => {
    const query = new URLSearchParams(Object.entries(given).filter(([, value]) => value != null && value !== ""));
    let response, data;
    try {
      response = await fetch(`api/${path}?${query}`, options);
      data = await response.json();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Error("Byline does not answer: see whether it still runs.");
    }
    if (response.ok) return data;
    throw new Error(typeof data.detail === "string" ? data.detail : "Byline could not do that.");
  };

  parts.count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

  /** When the folder was last looked at; what is a few seconds ago is now, so that nothing ticks. */
  parts.looked = (seconds) => {
    if (seconds == null) return "The folder is not being followed: changes are not indexed.";
    if (seconds < 15) return "The folder was looked at just now.";
    const minutes = Math.round(seconds / 60);
    return `The folder was last looked at ${seconds < 90 ? parts.count(Math.round(seconds), "second") : parts.count(minutes, "minute")} ago.`;
  };

  /** Fills a pager; `go` is called with the number of the page that is wanted. */
  parts.pager = (nav, { page, pages }, go) => {
    const { make } = window.byline;
    nav.hidden = pages < 2;
    const button = (text, to) => make("button", { type: "button", class: "quiet", disabled: to < 1 || to > pages, onclick: () => go(to) }, text);
    const where = `Page ${page.toLocaleString("en")} of ${pages.toLocaleString("en")}`;
    nav.replaceChildren(button("‹ Previous", page - 1), make("span", {}, where), button("Next ›", page + 1));
  };

  class Collection extends HTMLElement {
    connectedCallback() {
      if (this.parts) return;
      this.opening = this.querySelector(".opening");
      this.loaded = this.querySelector(".loaded");
      this.parts = {
        list: parts.list(this),
        mentions: parts.mentions(this),
        picture: parts.picture(this),
        adding: parts.adding(this),
      };
      this.watcher = new IntersectionObserver(() => this.look());
      this.watcher.observe(this);
      document.addEventListener("visibilitychange", () => this.look());
    }

    /** Whether a person can see it now. */
    seen() {
      return this.isConnected && this.offsetWidth > 0 && document.visibilityState === "visible";
    }

    /** Asks what is new, as long as somebody looks; never twice at a time. */
    async look() {
      clearTimeout(this.timer);
      if (this.looking || !this.seen()) return;
      this.looking = true;
      let state;
      try {
        state = await parts.fetched("collection");
      } catch (error) {
        state = { ready: false, failed: error.message };
      }
      await this.show(state).catch((error) => this.say(error.message));
      this.looking = false;
      clearTimeout(this.timer);
      if (this.seen()) this.timer = setTimeout(() => this.look(), state.ready ? LOOK_MS : SOON_MS);
    }

    say(text) {
      this.opening.textContent = text;
      this.opening.hidden = !text;
    }

    async show(state) {
      if (!state.ready) return this.say(state.failed || (state.doing ? `${state.doing}…` : "Opening the articles…"));
      this.say(state.problem || "");
      const looked = this.querySelector(".looked");
      const when = parts.looked(state.looked_seconds);
      if (looked.textContent !== when) looked.textContent = when;
      const { list, mentions, picture, adding } = this.parts;
      adding.allow(state.upload);
      if (state.changes !== this.changes) {
        const first = this.changes === undefined;
        if (first) this.loaded.hidden = false;
        await Promise.all([list.refresh(state), picture.refresh(state), first ? null : mentions.refresh()]);
        this.changes = state.changes;
      } else if (picture.unfinished()) await picture.refresh(state);
      return null;
    }
  }

  customElements.define("byline-collection", Collection);
})();
