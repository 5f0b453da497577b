"use strict";
// Conversations are kept in this browser and nowhere else: one entry of localStorage each, the oldest dropped when full.
window.byline.store = (() => {
  const PREFIX = "byline.conversation.";
  const CURRENT = "byline.current";
  const MOST = 100;
  const MOST_CHARACTERS = 4_000_000; // browsers give a site some five million
  const memory = new Map(); // in place of localStorage where the browser refuses it
  let told = false; // that the browser keeps nothing

  const entries = () => {
    const found = new Map(memory);
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at);
        if (key.startsWith(PREFIX)) found.set(key, localStorage.getItem(key));
      }
    } catch {
      // refused: what was said when a conversation was to be kept
    }
    return found;
  };

  const read = (text) => {
    try {
      const one = JSON.parse(text);
      const sound = (turn) => typeof turn?.question === "string" && typeof turn.answer === "object";
      return typeof one?.id === "string" && Array.isArray(one.turns) && one.turns.every(sound) ? one : null;
    } catch {
      return null; // written by another program, or cut off: as if it were not there
    }
  };

  /** Every conversation, the one that was used last first. */
  const all = () => {
    const found = [...entries().values()].map(read).filter((one) => one?.turns.length);
    return found.sort((one, other) => String(other.updated).localeCompare(String(one.updated)));
  };

  const remove = (id) => {
    memory.delete(PREFIX + id);
    try {
      localStorage.removeItem(PREFIX + id);
    } catch {
      // refused: nothing of it was kept
    }
  };

  /** Keeps the conversation; returns one line to be shown where something was dropped or could not be kept, else "". */
  const save = (one) => {
    const key = PREFIX + one.id;
    const text = JSON.stringify(one);
    const others = all().filter((other) => other.id !== one.id);
    let room = MOST_CHARACTERS - text.length - others.reduce((sum, other) => sum + JSON.stringify(other).length, 0);
    let dropped = 0;
    const drop = () => {
      const oldest = others.pop();
      room += JSON.stringify(oldest).length;
      remove(oldest.id);
      dropped += 1;
    };
    while (others.length && (others.length >= MOST || room < 0)) drop();
    for (;;) {
      try {
        localStorage.setItem(key, text);
        break;
      } catch (error) {
        if (error.name === "QuotaExceededError" && others.length) {
          drop();
          continue;
        }
        memory.set(key, text);
        if (told) return "";
        told = true;
        return "This browser keeps nothing for this page: the conversation ends with this window.";
      }
    }
    if (!dropped) return "";
    return `The oldest conversation${dropped > 1 ? `s (${dropped}) were` : " was"} dropped to make room for this one.`;
  };

  /** The conversation that this window shows, across reloads. */
  const current = (id) => {
    try {
      if (id === undefined) return sessionStorage.getItem(CURRENT);
      sessionStorage.setItem(CURRENT, id);
    } catch {
      // refused: a reload begins anew
    }
    return id ?? null;
  };

  const load = (id) => read(entries().get(PREFIX + id));
  const clear = () => all().forEach((one) => remove(one.id));
  return { all, load, save, remove, clear, current };
})();
