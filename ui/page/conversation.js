"use strict";
// The conversation: questions go to the server with what was said before, turns come back as HTML made there. The turns
// in the document are the conversation; the browser's store has a copy of each question and its answer.
(() => {
  const { make, announce, notice, glide, store } = window.byline;
  const HISTORY = 8; // turns that a question can refer to
  const LONGEST = 400;
  const PORTION = 25; // turns that are shown again by one request,
  const PORTION_CHARACTERS = 400_000; // and how long they may be together: four times that in bytes, at most
  const LOOK_MS = 2500; // between two looks whether the server that is to answer is still there
  let desk, send, thread, taking;
  let conversation = fresh();
  let pending = null; // {asked, question, turn, scrolled}
  let editing = null; // the turn that the next question replaces
  let opening = null; // {asked, first, sent, rest}: a conversation that is being shown again, and its turns that are still to come
  let folder = "";
  let offered = null; // what the head said last

  function fresh() {
    const now = new Date().toISOString();
    return { id: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`, created: now, updated: now };
  }

  /** A name of a request, by which its reply is known. */
  const named = () => crypto.getRandomValues(new Uint32Array(2)).join("-");

  const turns = () => [...thread.querySelectorAll(".turn")];
  const records = () =>
    turns()
      .filter((turn) => turn.dataset.answer)
      .map((turn) => ({ question: turn.dataset.question, answer: JSON.parse(turn.dataset.answer) }));
  const box = () => desk.querySelector("#question");

  const refresh = () => {
    const any = turns().length > 0;
    document.querySelector("#invitation").hidden = any;
    document.body.classList.toggle("asking", pending !== null);
    desk.querySelector("#send").hidden = pending !== null;
    desk.querySelector("#stop").hidden = pending === null;
    desk.querySelector("#editing").hidden = editing === null;
    taking.hidden = records().length === 0;
    const last = turns().findLast((turn) => turn.dataset.answer);
    if (last) last.append(taking);
    else desk.append(taking);
  };

  const keep = () => {
    const kept = records();
    if (!kept.length) return;
    conversation = { ...conversation, folder, updated: new Date().toISOString(), turns: kept };
    store.current(conversation.id);
    const said = store.save(conversation);
    if (said) notice(said);
  };

  const limits = () => ({
    since: desk.querySelector("#since").value,
    until: desk.querySelector("#until").value,
    outlet: desk.querySelector("#outlet").value,
  });

  /** Shows at once that the question was taken; the server's own turn takes its place. */
  const provisional = (question, number) => {
    const shown = question.length > LONGEST ? `${question.slice(0, LONGEST)}…` : question;
    const body = make("div", { class: "reply" }, make("p", { class: "waiting" }, "Reading the articles…"));
    return make("article", { class: "turn", id: `turn-${number}`, "data-state": "waiting" }, make("h2", { dir: "auto" }, shown), body);
  };

  const ask = (question) => {
    if (pending) return notice("One question at a time: wait for its answer, or stop it.");
    if (opening) return notice("The conversation is being opened: ask when it is there.");
    if (!question.trim()) return notice("Write a question first.");
    const unfinished = [...desk.querySelectorAll("input[type=date]")].find((field) => field.validity.badInput);
    if (unfinished) {
      notice("A date of the filter is not complete: give day, month and year, or clear it.");
      return unfinished.focus();
    }
    if (editing?.isConnected) turns().slice(turns().indexOf(editing)).forEach((turn) => turn.remove());
    editing = null;
    const number = turns().length + 1;
    const asked = named();
    pending = { asked, question, turn: provisional(question, number), scrolled: false };
    thread.append(pending.turn);
    refresh();
    pending.turn.scrollIntoView({ block: "start", behavior: glide() });
    send("ask", { asked, number, question, history: records().slice(-HISTORY), limits: limits() });
  };

  const submit = () => {
    const question = box().value;
    const before = pending;
    ask(question);
    if (pending && pending !== before) {
      box().value = "";
      grow();
    }
  };

  const finish = () => {
    const { turn, scrolled } = pending;
    pending = null;
    refresh();
    keep();
    const { text, answer } = turn.dataset;
    announce(answer ? JSON.parse(answer).text : turn.querySelector(".problem")?.textContent ?? text ?? "");
    if (!scrolled) turn.scrollIntoView({ block: "start", behavior: glide() });
    if (document.activeElement === document.body) turn.querySelector(".reply").focus({ preventScroll: true });
  };

  /** A stage of the turn that is being answered has come; what belongs to a stopped question is dropped. */
  const arrived = (wire) => {
    const turn = wire.querySelector(".turn");
    if (!turn) return;
    turn.remove();
    if (!pending || turn.dataset.asked !== pending.asked) return;
    const doing = turn.dataset.state === "waiting" && pending.turn.querySelector(".waiting");
    if (doing) doing.textContent = turn.querySelector(".waiting").textContent;
    else {
      pending.turn.replaceWith(turn);
      pending.turn = turn;
      finish();
    }
  };

  const refuse = (turn, line) => {
    turn.dataset.state = "failed";
    turn.querySelector(".reply").replaceChildren(make("div", { class: "problem" }, make("p", {}, make("b", {}, "No answer: "), line)));
  };

  /** The connection broke while a question was being answered. */
  const lost = () => {
    if (!pending) return;
    const { turn, question } = pending;
    turn.dataset.question = question;
    refuse(turn, "the connection to Byline was lost: see whether it still runs, then ask again");
    turn.append(make("div", { class: "actions" }, make("button", { type: "button", "data-do": "edit" }, "Edit the question")));
    finish();
  };

  /** Gradio does not say that its connection broke, so the page looks by itself while it waits for an answer. */
  const look = async () => {
    const waitsFor = pending;
    if (!waitsFor) return;
    const there = await fetch("api/status").then((response) => response.ok, () => false);
    waitsFor.missed = there ? 0 : (waitsFor.missed ?? 0) + 1;
    if (pending === waitsFor && waitsFor.missed > 1) lost();
  };

  const stop = () => {
    if (!pending) return;
    const { turn, question } = pending;
    pending = null;
    send("stop");
    if (box().value.trim()) {
      turn.dataset.question = question;
      refuse(turn, "stopped");
      turn.append(make("div", { class: "actions" }, make("button", { type: "button", "data-do": "edit" }, "Edit the question")));
    } else {
      turn.remove();
      box().value = question;
      grow();
    }
    refresh();
    announce("Stopped.");
    box().focus();
  };

  /** Takes a turn's question back into the box; asked again, it replaces that turn and all after it. */
  const edit = (turn) => {
    if (pending) return notice("Wait for the answer, or stop it, before changing an earlier question.");
    editing = turn;
    const after = turns().length - 1 - turns().indexOf(turn);
    desk.querySelector("#editing span").textContent = after
      ? `Asking again replaces this question and the ${after === 1 ? "one" : after} after it.`
      : "Asking again replaces this question.";
    box().value = turn.dataset.question ?? "";
    refresh();
    grow();
    box().focus();
  };

  const unedit = () => {
    editing = null;
    box().value = "";
    refresh();
    grow();
    box().focus();
  };

  const empty = () => {
    opening = null;
    if (pending) {
      pending = null;
      send("stop");
    }
    editing = null;
    desk.append(taking);
    thread.replaceChildren();
  };

  const begin = () => {
    empty();
    conversation = fresh();
    store.current("");
    refresh();
    scrollTo({ top: 0 });
    box().focus();
    announce("A new conversation.");
  };

  /** Shows a conversation that was kept: the server makes its turns anew from the answers, some at a time. */
  const restore = (id) => {
    const kept = store.load(id);
    if (!kept) return;
    empty();
    conversation = kept;
    store.current(id);
    thread.append(make("p", { class: "waiting" }, "Opening the conversation…"));
    document.querySelector("#invitation").hidden = true;
    opening = { first: 1, rest: [...kept.turns] };
    more();
  };

  /** Asks for as many turns as one request may bring (ui/server/gate.py), and as are soon made. */
  const more = () => {
    let size = 0;
    const fits = (turn, at) => at < PORTION && ((size += JSON.stringify(turn).length) < PORTION_CHARACTERS || at === 0);
    const end = opening.rest.findIndex((turn, at) => !fits(turn, at));
    opening.sent = opening.rest.splice(0, end < 0 ? opening.rest.length : end);
    opening.asked = named(); // else the same turns, shown again later, would be no change to Gradio
    send("restore", { asked: opening.asked, id: conversation.id, first: opening.first, turns: opening.sent });
  };

  const restored = (wire) => {
    const part = wire.querySelector("[data-of]");
    if (!part || !opening || part.dataset.asked !== opening.asked) return;
    if (part.dataset.problem) return unopened(part.dataset.problem);
    thread.querySelector(":scope > .waiting")?.before(...part.querySelectorAll(".turn"));
    part.remove();
    opening.first += opening.sent.length;
    if (opening.rest.length) return more();
    opening = null;
    thread.querySelector(":scope > .waiting")?.remove();
    refresh();
    turns().at(-1)?.scrollIntoView({ block: "start" });
    announce("The conversation is open.");
  };

  /** The conversation stays in the store as it was: what is asked now begins another. */
  const unopened = (why) => {
    empty();
    conversation = fresh();
    refresh();
    notice(`The conversation could not be opened: ${why}`);
  };

  /** The box is as high as what is written in it. */
  const grow = () => {
    const field = box();
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, 180)}px`;
  };

  const filtered = () => {
    const set = Object.values(limits()).filter(Boolean).length;
    desk.querySelector("#filter .count").textContent = set ? ` (${set})` : "";
  };

  const offer = (now) => {
    folder = now.folder;
    const examples = document.querySelector("#examples");
    if (now.examples && examples.dataset.shown !== now.examples.join("\n")) {
      examples.dataset.shown = now.examples.join("\n");
      const button = (question) => make("button", { type: "button", class: "example", dir: "auto", onclick: () => ask(question) }, question);
      examples.replaceChildren(...now.examples.map((question) => make("li", {}, button(question))));
      document.querySelector("#invitation").dataset.examples = now.examples.length;
    }
    const outlet = desk.querySelector("#outlet");
    if (now.outlets && outlet.options.length !== now.outlets.length + 1) {
      const chosen = outlet.value;
      outlet.replaceChildren(outlet.options[0], ...now.outlets.map((name) => make("option", { value: name }, name)));
      outlet.value = now.outlets.includes(chosen) ? chosen : "";
    }
  };

  const wireDesk = (element, trigger) => {
    desk = element;
    send = (event, data) => trigger(event, { sent: JSON.stringify(data ?? null) }); // Gradio would take parts of it for files
    thread = document.querySelector("#thread");
    taking = document.querySelector("#download"); // stands under the last answer
    desk.querySelector("form").addEventListener("submit", (event) => (event.preventDefault(), submit()));
    box().addEventListener("input", grow);
    box().addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      submit();
    });
    desk.querySelector("#stop").addEventListener("click", stop);
    desk.querySelector("#unedit").addEventListener("click", unedit);
    desk.querySelector("#filter").addEventListener("click", (event) => {
      const fields = desk.querySelector("#limits");
      fields.hidden = !fields.hidden;
      event.currentTarget.setAttribute("aria-expanded", String(!fields.hidden));
    });
    desk.querySelector("#unfilter").addEventListener("click", () => {
      desk.querySelectorAll("#limits :is(input, select)").forEach((field) => (field.value = ""));
      filtered();
    });
    desk.querySelector("#limits").addEventListener("change", filtered);
    for (const name of ["wheel", "touchmove", "keydown"]) {
      addEventListener(name, (event) => pending && event.target !== box() && (pending.scrolled = true), { passive: true });
    }
    for (const [name, does] of [["#fresh", begin], ["#conversations", window.byline.openDrawer]]) {
      document.querySelector(name).addEventListener("click", does);
    }
    taking.addEventListener("click", (event) => {
      const { form } = event.target.dataset;
      if (form) window.byline.download(form);
    });
    const form = desk.querySelector("form");
    const measured = () => document.documentElement.style.setProperty("--foot", `${form.offsetHeight || 78}px`);
    new ResizeObserver(measured).observe(form);
    if (offered) offer(offered);
    setInterval(look, LOOK_MS);
    const last = store.current();
    if (last) restore(last);
    refresh();
  };

  Object.assign(window.byline, {
    wireDesk,
    arrived,
    restored,
    lost,
    /** The head has come or changed: it says what there is to ask. */
    head: (element) => {
      const now = JSON.parse(element.querySelector(".masthead").dataset.state);
      if (offered?.doing && !offered.ready && now.ready) announce("Byline is ready.");
      offered = now;
      if (desk) offer(now);
    },
    conversation: { begin, restore, edit, records, id: () => conversation.id, created: () => conversation.created },
  });
})();
