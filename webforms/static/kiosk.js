// The kiosk: one question a screen from fresh copies of the store, answers in memory only, a sealed queue for lost networks.
(() => {
  "use strict";
  const here = document.body.dataset.address, back_s = Number(document.body.dataset.back);
  if (back_s) { // a page beside the kiosk goes back to it when nobody touches it
    let last = performance.now();
    for (const name of ["pointerdown", "keydown", "input"]) addEventListener(name, () => { last = performance.now(); }, true);
    setInterval(() => { if (performance.now() - last > back_s * 1000) { last = Infinity; location.replace(here || location.pathname); } }, 500);
  }
  if (!here || !window.isSecureContext || !window.indexedDB || !window.crypto.subtle || !window.AbortController) return; // the plain form serves

  const IDLE_S = 60, WARNING_S = 20, THANKS_S = 10, LONGER_S = 30, QUIET_MS = 1000, PICKED_MS = 350;
  const PATIENCE_MS = 8000, LOOK_S = 15, STOCK_S = 600, RELOAD_S = 3600, OLDEST_S = 13 * 86400, UNKNOWN_S = 99999999999;
  const store = document.getElementById("screens");
  const room = document.getElementById("kiosk");
  const seconds = () => performance.now() / 1000;

  // ── What the device keeps: unused form tokens, and finished forms, sealed, until they are acknowledged ──

  const opened = new Promise((done, fail) => {
    const asked = indexedDB.open("kiosk " + here, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("keys", { autoIncrement: true });
      asked.result.createObjectStore("queue", { autoIncrement: true });
      asked.result.createObjectStore("lost");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  async function within(mode, work) {
    const shelf = await opened;
    return new Promise((done, fail) => {
      const deal = shelf.transaction(["keys", "queue", "lost"], mode, { durability: "strict" });
      const found = {};
      deal.oncomplete = () => done(found.value);
      deal.onabort = () => fail(deal.error);
      work((name) => deal.objectStore(name), found);
    });
  }

  const listed = () => within("readonly", (of, found) => {
    found.value = [];
    of("queue").openCursor().onsuccess = (event) => {
      const at = event.target.result;
      if (at) { found.value.push({ number: at.key, kept: at.value }); at.continue(); }
    };
  });

  const counted = (name) => within("readonly", (of, found) => {
    of(name).count().onsuccess = (event) => { found.value = event.target.result; };
  });

  // One transaction looks and takes away, so two windows never get the same token. Very old ones are of no use any more.
  const token = () => within("readwrite", (of, found) => {
    of("keys").openCursor(null, "prev").onsuccess = (event) => {
      const at = event.target.result;
      if (!at) return;
      at.delete();
      if ((Date.now() - at.value.at) / 1000 > OLDEST_S) at.continue(); else found.value = at.value;
    };
  });

  async function keep(form) {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const start = crypto.getRandomValues(new Uint8Array(12));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: start }, key, new TextEncoder().encode(form));
    return within("readwrite", (of, found) => {
      of("queue").add({ key, start, sealed, at: Date.now() }).onsuccess = (event) => { found.value = event.target.result; };
    });
  }

  const drop = (number, lost) => within("readwrite", (of) => {
    of("queue").get(number).onsuccess = (event) => {
      if (!event.target.result) return; // another window was faster: it has counted it
      of("queue").delete(number);
      if (lost) of("lost").get(0).onsuccess = (held) => { of("lost").put((held.target.result || 0) + 1, 0); };
    };
  });

  // ── The way to the server: a form stays in the queue until the server has said what became of it ──

  async function ask(path, form) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const how = { credentials: "same-origin", cache: "no-store", redirect: "error", signal: stop.signal, headers: { Accept: "application/json" } };
      const answer = await fetch(here + path, form ? { ...how, method: "POST", body: form } : how);
      const said = await answer.json();
      return said && (said.keys || said.state) ? said : null;
    } catch (error) {
      return null; // no network, the server away, or somebody else's page in between: nothing is known
    } finally {
      clearTimeout(clock);
    }
  }

  async function deliver(number, kept) {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: kept.start }, kept.key, kept.sealed);
    const form = new URLSearchParams(new TextDecoder().decode(plain));
    const age = (Date.now() - kept.at) / 1000;
    form.set("age", age < 0 || age > UNKNOWN_S ? UNKNOWN_S : age.toFixed(3)); // a clock that was set knows nothing
    const said = await ask("", form);
    if (said) await drop(number, said.state !== "stored" && number !== person.number);
    return said;
  }

  let sending = false, thanked;
  async function send() {
    if (sending) return;
    sending = true;
    try {
      for (const { number, kept } of await listed()) {
        if (number === person.number) continue; // its own screen is sending it
        const said = await deliver(number, kept);
        if (!said) break;
        if (number === thanked && screen === "thanks" && said.state === "stored") settle(true);
      }
    } catch (error) { /* the next look tries again */ } finally { sending = false; }
    await tell();
  }

  let stocked = -Infinity;
  async function stock() {
    const said = await ask("/keys");
    if (said && said.keys) {
      stocked = seconds();
      const at = Date.now();
      await within("readwrite", (of) => {
        of("keys").clear();
        for (const each of said.keys) of("keys").add({ ...each, at });
      });
      await copy();
    } else if (said && store && screen === "start") {
      location.replace(here); // no answers are taken here now: the server says why
    }
  }

  // The empty page, for opening it again without a network.
  async function copy() {
    if (!navigator.serviceWorker || !store) return;
    try {
      const answer = await fetch(here, { credentials: "same-origin", cache: "no-store" });
      if (answer.status === 200) await (await caches.open("kiosk")).put(here, answer);
    } catch (error) { /* another time */ }
  }

  async function tell() {
    const [waits, lost] = [await counted("queue"), await within("readonly", (of, found) => {
      of("lost").get(0).onsuccess = (event) => { found.value = event.target.result || 0; };
    })];
    const others = waits - (person.number === undefined ? 0 : 1);
    for (const shown of room.querySelectorAll("[data-waiting]")) {
      const words = (shown.dataset.words || (face && face.dataset.pending) || "").replace("%(count)s", others);
      if (shown.textContent !== words) shown.textContent = words;
      shown.hidden = others < 1;
    }
    for (const shown of room.querySelectorAll("[data-queue]")) shown.textContent = waits ? shown.dataset.some : shown.dataset.none;
    for (const shown of room.querySelectorAll("[data-lost]")) {
      shown.textContent = shown.dataset.lost.replace("%(count)s", lost);
      shown.hidden = !lost;
    }
  }

  // ── One person: everything about them is in this object and in the screens, and both are thrown away ──

  let person = {}, screen = store ? "start" : "", face = null, language = document.body.dataset.language;
  let quietUntil = 0, touched = seconds(), pointed = -Infinity, closes = Infinity;

  function mount(tongue) {
    const blank = store.content.querySelector(`[data-language="${tongue}"]`) || store.content.firstElementChild;
    language = blank.dataset.language;
    document.documentElement.lang = language;
    face = document.importNode(blank, true);
    room.replaceChildren(face);
    tell();
  }

  function show(name) {
    screen = name;
    for (const each of face.querySelectorAll("[data-screen]")) {
      each.hidden = each.dataset.screen !== name && !(name === "idle" && each.dataset.screen === "form");
      if (each.dataset.screen === "form") each.inert = name === "idle";
    }
    face.querySelector(".tongues").hidden = !["start", "form"].includes(name);
    face.querySelector(":scope>.foot").hidden = name !== "start";
    quietUntil = performance.now() + QUIET_MS;
    touched = seconds();
    scrollTo(0, 0);
    const head = [...face.querySelectorAll(`[data-screen="${name}"] [tabindex="-1"]`)].find((each) => each.offsetParent !== null);
    if (head && name !== "start") head.focus({ preventScroll: true });
    tell();
  }

  function wipe() {
    person = {};
    closes = Infinity;
    getSelection().removeAllRanges();
    mount(document.body.dataset.language);
    show("start");
    if (seconds() > RELOAD_S && navigator.onLine && seconds() - stocked < 60) location.replace(here);
  }

  async function begin() {
    if (person.starting) return;
    person = { starting: true, answers: {}, began: performance.now(), step: "" };
    const mine = person;
    let given = await token();
    if (!given) { await stock(); given = await token(); }
    if (person !== mine) return;
    if (!given) return sorry("keys");
    Object.assign(person, { form: given.form, receipt: given.receipt, began: performance.now() });
    show("form");
    open(way()[0]);
  }

  function sorry(why) {
    for (const each of face.querySelectorAll("[data-why]")) each.hidden = each.dataset.why !== why;
    closes = seconds() + THANKS_S * 2;
    show("sorry");
  }

  // ── The way through the form: the same rules as the server's, which judges again ──

  const JUDGES = {
    in: (held, [item, options]) => (held[item] || []).some((code) => options.includes(code)),
    least: (held, [item, least]) => Boolean(held[item]) && Number(held[item][0].replace(",", ".")) >= least,
    answered: (held, [item, wanted]) => Boolean(held[item]) === wanted,
    all: (held, [parts]) => parts.every((part) => holds(part, held)),
    any: (held, [parts]) => parts.some((part) => holds(part, held)),
    not: (held, [part]) => !holds(part, held),
  };
  const holds = ([name, ...rest], held) => JUDGES[name](held, rest);

  function way() {
    const held = { ...person.answers };
    return [...face.querySelectorAll(".step")].filter((step) => {
      const on = !step.dataset.if || holds(JSON.parse(step.dataset.if), held);
      if (!on) delete held[step.dataset.item];
      return on;
    });
  }

  const current = () => face.querySelector(".step.on");

  function open(step) {
    for (const each of face.querySelectorAll(".step")) each.classList.toggle("on", each === step);
    person.step = step.dataset.step;
    const all = way(), at = all.indexOf(step);
    face.querySelector("[data-way]").textContent = face.dataset.numbered.replace("%(position)s", at + 1).replace("%(total)s", all.length);
    Object.assign(face.querySelector("progress"), { value: at + 1, max: all.length });
    face.querySelector('[data-do="back"]').style.visibility = at ? "" : "hidden";
    dress(step);
    quietUntil = performance.now() + QUIET_MS;
    touched = seconds();
    scrollTo(0, 0);
    step.querySelector("legend").focus({ preventScroll: true });
  }

  function dress(step) {
    const all = way(), optional = step.dataset.item && !("required" in step.dataset) && !person.answers[step.dataset.item];
    const last = all[all.length - 1] === step;
    const button = face.querySelector('[data-do="next"]');
    button.textContent = last ? face.dataset.send : optional ? face.dataset.skip : face.dataset.next;
    button.classList.toggle("plain", Boolean(optional) && !last); // skipping is offered, not pressed upon anybody
  }

  function read(step) {
    for (const name of new Set([...step.querySelectorAll("[name]")].map((field) => field.name))) {
      const fields = [...step.querySelectorAll("[name]")].filter((field) => field.name === name);
      const values = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked).map((field) => field.value);
      const said = values.filter((value) => value.trim());
      if (said.length) person.answers[name] = said; else delete person.answers[name];
    }
  }

  function fill() {
    for (const field of face.querySelectorAll(".step [name]")) {
      const held = person.answers[field.name] || [];
      if (["radio", "checkbox"].includes(field.type)) field.checked = held.includes(field.value);
      else field.value = held.find((value) => value !== "na") || "";
    }
  }

  // What the server would refuse, as far as a tablet without a network can tell.
  function fault(step) {
    const held = person.answers[step.dataset.item];
    if (!held) return "required" in step.dataset ? face.dataset.needed : "";
    if (step.dataset.most && held.length > step.dataset.most) return face.dataset.unfit;
    if (step.dataset.kind === "number" && held[0] !== "na") {
      const field = step.querySelector(".field"), number = Number(held[0].trim().replace(",", "."));
      const { low, high, decimals } = field.dataset;
      const cut = /^[+-]?\d{1,15}(?:[.,](\d{1,10}))?$/.exec(held[0].trim());
      if (!cut || (cut[1] || "").length > Number(decimals) || (low && number < Number(low)) || (high && number > Number(high))) return face.dataset.unfit;
    }
    if (step.dataset.kind === "date" && held[0] !== "na") {
      const cut = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(held[0].trim());
      const day = cut && new Date(Date.UTC(+cut[3], cut[2] - 1, +cut[1]));
      if (!day || day.getUTCDate() !== +cut[1] || day.getUTCMonth() !== cut[2] - 1) return face.dataset.unfit;
    }
    return "";
  }

  function complain(step, words) {
    const line = step.querySelector(".error");
    line.textContent = words;
    line.hidden = !words;
  }

  function next() {
    const step = current();
    read(step);
    const words = fault(step);
    complain(step, words);
    if (words) return;
    const all = way(), at = all.indexOf(step);
    if (at + 1 < all.length) return open(all[at + 1]);
    const unfit = all.find((each) => fault(each));
    if (unfit) { open(unfit); return complain(unfit, fault(unfit)); }
    finish(all);
  }

  function back() {
    const step = current();
    read(step);
    const all = way();
    open(all[Math.max(0, all.indexOf(step) - 1)]);
  }

  async function finish(all) {
    if (person.sending) return;
    person.sending = true;
    const mine = person, items = new Set(all.map((step) => step.dataset.item));
    face.querySelector('[data-do="next"]').textContent = face.dataset.sending;
    face.querySelector(".step.on").classList.add("busy");
    const form = new URLSearchParams({ form: mine.form, lang: language, took: ((performance.now() - mine.began) / 1000).toFixed(3) });
    for (const [name, values] of Object.entries(mine.answers)) {
      if (items.has(name) || items.has(name.replace(/\.other$/, ""))) for (const value of values) form.append(name, value);
    }
    mine.number = await keep(form.toString());
    const entry = (await listed()).find((each) => each.number === mine.number);
    const said = entry ? await deliver(entry.number, entry.kept) : { state: "stored", receipt: mine.receipt };
    if (person !== mine) return;
    if (said && said.state === "wrong") return correct(said.faults);
    if (said && said.state === "refused") return sorry("refused");
    thank(said ? said.receipt : mine.receipt, Boolean(said));
  }

  function correct(faults) {
    person.sending = false;
    person.number = undefined;
    face.querySelector(".step.on").classList.remove("busy");
    const wrong = way().filter((step) => faults[step.dataset.item]);
    for (const step of wrong) complain(step, faults[step.dataset.item]);
    open(wrong[0] || way()[0]);
  }

  function thank(receipt, stored) {
    person = { number: stored ? undefined : person.number };
    mount(language);
    face.querySelector("[data-receipt]").textContent = receipt;
    settle(stored);
    closes = seconds() + THANKS_S;
    show("thanks");
    thanked = person.number;
    person = {}; // what is not stored is one of those that wait from now on
    tell();
  }

  function settle(stored) {
    for (const each of face.querySelectorAll("[data-stored]")) each.hidden = !stored;
    for (const each of face.querySelectorAll("[data-kept]")) each.hidden = stored;
  }

  // ── Fingers, keys and time ──

  const ACTS = {
    begin,
    back,
    next,
    wipe,
    stay: () => { show("form"); open(current()); },
    longer: () => { closes = seconds() + LONGER_S; },
    tongue: (button) => {
      const step = person.step;
      if (screen === "form") read(current());
      mount(button.dataset.tongue);
      if (!person.form) return show("start");
      fill();
      show("form");
      open(face.querySelector(`.step[data-step="${step}"]`));
    },
  };

  function alone(field) { // “none of these” and the others exclude each other, and no more than so many may be chosen
    const mine = field.closest("[data-alone]");
    for (const other of field.closest(".step").querySelectorAll("input[type=checkbox]")) {
      if (other !== field && field.checked && (mine || other.closest("[data-alone]"))) other.checked = false;
    }
    const text = field.closest(".step").querySelector(".field");
    if (mine && field.checked && text && field.type === "checkbox" && !text.closest(".more")) text.value = "";
  }

  function picked(field) { // a tap on a level is the whole answer; arrow keys only choose
    const step = field.closest(".step");
    read(step);
    complain(step, "");
    dress(step);
    const all = way();
    if (performance.now() - pointed > 1500 || field.parentElement.querySelector(".more") || all[all.length - 1] === step) return;
    quietUntil = performance.now() + PICKED_MS + QUIET_MS;
    const mine = person;
    setTimeout(() => { if (person === mine && screen === "form" && current() && current().dataset.step === step.dataset.step) next(); }, PICKED_MS);
  }

  function listen() {
    room.addEventListener("click", (event) => {
      if (performance.now() < quietUntil) { // the second half of a double tap answers nothing
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const act = event.target.closest("[data-do]");
      if (act) { event.preventDefault(); ACTS[act.dataset.do](act); }
      else if (event.target.matches(".step input[type=radio]")) picked(event.target);
    }, true);
    room.addEventListener("submit", (event) => { event.preventDefault(); if (performance.now() >= quietUntil) next(); });
    room.addEventListener("input", (event) => {
      if (event.target.type === "checkbox") alone(event.target);
      if (event.target.classList.contains("field")) for (const na of event.target.closest(".step").querySelectorAll(":scope .apart input[type=checkbox]")) na.checked = false;
      if (screen === "form" && current()) { read(current()); dress(current()); }
    });
    for (const name of ["pointerdown", "touchstart"]) addEventListener(name, () => { pointed = performance.now(); touched = seconds(); }, { capture: true, passive: true });
    for (const name of ["keydown", "input", "wheel"]) addEventListener(name, () => { touched = seconds(); }, { capture: true, passive: true });
    addEventListener("contextmenu", (event) => event.preventDefault());
    addEventListener("pagehide", () => { if (screen !== "start") wipe(); });
    setInterval(tick, 250);
  }

  function tick() {
    const now = seconds();
    if (screen === "form" && !person.sending && now - touched > IDLE_S) {
      closes = now + WARNING_S;
      show("idle");
    }
    if (!["idle", "thanks", "sorry"].includes(screen)) return;
    const left = Math.ceil(closes - now);
    if (left <= 0) return wipe();
    const count = face.querySelector(`[data-screen="${screen}"] [data-count]`);
    const words = (screen === "idle" ? face.dataset.left : face.dataset.seconds).replace("%(seconds)s", left);
    if (count.textContent !== words) count.textContent = words;
  }

  function look() {
    send();
    if (store && seconds() - stocked > STOCK_S && screen === "start") stock();
  }

  opened.then(async () => {
    if (store) {
      wipe();
      quietUntil = 0;
      listen();
      if (navigator.serviceWorker) navigator.serviceWorker.register("/k/worker.js", { scope: "/k/" }).catch(() => {});
      await stock();
    }
    await send();
    addEventListener("online", look);
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    setInterval(look, LOOK_S * 1000);
  }, () => { /* a browser that may keep nothing gets the plain form */ });
})();
