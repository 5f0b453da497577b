"use strict";
// Files that are added: chosen, or dropped anywhere on the tab; sent one by one, then followed into the index.
(window.byline.collection ??= {}).adding = (root) => {
  const { make } = window.byline;
  const { fetched, count } = window.byline.collection;
  const FOLLOW_MS = 400;
  const form = root.querySelector("form.adding");
  const [input, hint] = ["input", ".hint"].map((selector) => form.querySelector(selector));
  const box = root.querySelector(".added");
  const [progress, refused, dismiss] = [".progress", ".refused", ".dismiss"].map((selector) => box.querySelector(selector));
  let takes = { allowed: false };
  let busy = false;

  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const say = (text) => {
    if (progress.textContent !== text) progress.textContent = text;
  };
  const refuse = (name, why) => refused.append(make("li", { dir: "auto" }, make("b", {}, name), " ", why));

  const allow = (upload) => {
    if (JSON.stringify(takes) === JSON.stringify(upload)) return;
    takes = upload;
    form.hidden = !takes.allowed;
    if (!takes.allowed) return;
    input.accept = takes.types.join(",");
    const types = takes.types.map((type) => type.slice(1)).join(", ");
    hint.replaceChildren(make("span", { class: "drops" }, "or drop them here: "), `${types}; up to ${takes.bytes / 1e6} MB each`);
  };

  const send = async (file) => {
    if (file.size > takes.bytes) throw new Error(`is larger than ${takes.bytes / 1e6} MB: put it into the folder yourself`);
    const headers = { "content-type": "application/octet-stream" };
    return fetched("articles", { name: file.name }, { method: "POST", headers, body: file });
  };

  /** Sends the files, and says of each that is not taken why. Returns the names of those that are new in the folder. */
  const sent = async (files) => {
    const names = [];
    for (const [number, file] of files.entries()) {
      say(`Adding ${number + 1} of ${count(files.length, "file")}…`);
      try {
        const stored = await send(file);
        if (stored.new) names.push(stored.name);
        else refuse(file.name, `is in the folder already, as ${stored.name}`);
      } catch (error) {
        refuse(file.name, error.message.startsWith(file.name) ? error.message.slice(file.name.length).trim() : error.message);
      }
    }
    return names;
  };

  /** Waits until all of them are in the index, or are known not to be articles. */
  const follow = async (names) => {
    const body = JSON.stringify({ names });
    const options = { method: "POST", headers: { "content-type": "application/json" }, body };
    for (;;) {
      const read = await fetched("articles/progress", {}, options);
      if (!read.waiting) return read;
      const done = names.length - read.waiting;
      say(read.problem || `Indexing: ${done} of ${count(names.length, "file")}…`);
      await pause(FOLLOW_MS);
    }
  };

  const add = async (files, folders = []) => {
    if (busy || !(files.length || folders.length) || !takes.allowed) return;
    busy = true;
    refused.replaceChildren();
    box.hidden = false;
    dismiss.hidden = true;
    const taken = files.slice(0, takes.files);
    for (const name of folders) refuse(name, "is a folder: add the files in it");
    if (taken.length < files.length) refuse(`${files.length - taken.length} more`, `were left out: add ${takes.files} files at a time`);
    try {
      const names = await sent(taken);
      const read = names.length ? await follow(names) : { indexed: 0, failed: [] };
      for (const one of read.failed) refuse(one.name, one.reason);
      say(read.indexed ? `${count(read.indexed, "file")} added` : "Nothing was added");
    } catch (error) {
      say(error.message);
    }
    busy = false;
    dismiss.hidden = false;
    root.look();
  };

  /** What was dropped: files, and the names of folders, which browsers give out as empty files. */
  const dropped = (transfer) => {
    const entries = [...transfer.items].filter((item) => item.kind === "file").map((item) => item.webkitGetAsEntry?.());
    const folder = (_, number) => Boolean(entries[number]?.isDirectory);
    const files = [...transfer.files];
    return [files.filter((file, number) => !folder(file, number)), files.filter(folder).map((file) => file.name)];
  };

  const over = (event) => takes.allowed && root.seen() && event.dataTransfer?.types.includes("Files");
  for (const name of ["dragenter", "dragover"]) {
    window.addEventListener(name, (event) => {
      if (!over(event)) return;
      event.preventDefault();
      root.classList.add("dropping");
    });
  }
  window.addEventListener("dragleave", (event) => event.relatedTarget || root.classList.remove("dropping"));
  window.addEventListener("drop", (event) => {
    root.classList.remove("dropping");
    if (!over(event)) return;
    event.preventDefault();
    add(...dropped(event.dataTransfer));
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = ""; // the same file may be chosen again
    add(files);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  dismiss.addEventListener("click", () => {
    box.hidden = true;
    input.focus();
  });

  return { allow };
};
