// What a page does better with a script; everything works without it.

const SENT_MS = 15_000; // a form that has no answer after so long may be sent again: the same command, by its key
const LOOK_EVERY_MS = 30_000; // how often a page without a stream looks by itself
const GATHER_MS = 200; // changes that come together are looked at once
const MAX_SAID = 3; // changes that are read out at once

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const copyOf = (id) => document.getElementById(`template-${id}`).content.firstElementChild.cloneNode(true);

// Read out, once, by whoever listens to the page.
function say(text) {
  const said = document.getElementById("said");
  said.textContent = "";
  setTimeout(() => (said.textContent = text), 50);
}

// ---- Forms

const NOT_TYPED = new Set(["hidden", "submit", "button", "output"]);
const isSent = (form) => form.dataset.sent !== undefined;

function free(form) {
  delete form.dataset.sent;
  delete form.dataset.confirmed;
  form.removeAttribute("aria-busy");
}

// `data-filled`: it came with what was typed before, or with what was added to it.
function isTyped(form) {
  return form.dataset.filled !== undefined || [...form.elements].some((field) => {
    if (NOT_TYPED.has(field.type)) return false;
    if (field.type === "file") return field.files.length > 0;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((one) => one.selected !== one.defaultSelected);
    return "defaultValue" in field && field.value !== field.defaultValue;
  });
}

// A form asks first where it says so; one that was sent is not sent again by a second click.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (isSent(form) && form.matches("[data-once]")) {
    event.preventDefault();
  } else if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    confirm(form, event.submitter);
  } else if (form.method === "post") {
    form.dataset.sent = "";
    form.setAttribute("aria-busy", "true");
    setTimeout(() => free(form), SENT_MS);
  }
});
// Coming back by history frees it.
window.addEventListener("pageshow", () => all("form[data-sent]").forEach(free));

function confirm(form, submitter) {
  const dialog = copyOf("confirm");
  dialog.querySelector("p").textContent = form.dataset.confirm;
  dialog.querySelector("[value=yes]").textContent = submitter.textContent.trim();
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(submitter);
  });
  document.body.append(dialog);
  dialog.showModal();
}

// Whoever leaves a form that is filled in and not sent is asked.
function guard(event) {
  if (all("form").some((form) => form.method === "post" && !isSent(form) && isTyped(form))) event.preventDefault();
}
document.addEventListener("input", () => window.addEventListener("beforeunload", guard), { once: true });

// A file's name and size are seen before it is sent, and whether it is too large.
document.addEventListener("change", ({ target }) => {
  if (!target.matches("input[type=file][data-max-bytes]")) return;
  const files = [...target.files];
  const isTooLarge = files.some((file) => file.size > Number(target.dataset.maxBytes));
  const shown = document.querySelector(`output[for="${target.id}"]`);
  const size = { style: "unit", unit: "megabyte", maximumFractionDigits: 1 };
  target.setCustomValidity(isTooLarge ? target.dataset.tooLarge : "");
  shown.classList.toggle("error", isTooLarge);
  const format = new Intl.NumberFormat(document.documentElement.lang, size);
  const named = files.map((file) => `${file.name}, ${format.format(file.size / 1_048_576)}.`);
  shown.textContent = [...named, target.validationMessage].join(" ");
});

// What is wrong with a field is said while one types; a name that is known is filled in where none was typed.
document.addEventListener("htmx:after:swap", () => {
  for (const error of all(".error[data-of]")) {
    const field = document.getElementById(error.dataset.of);
    if (error.textContent.trim()) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    error.parentElement.classList.toggle("field-bad", field.hasAttribute("aria-invalid"));
  }
  for (const known of all("[data-fills]")) {
    const field = document.getElementById(known.dataset.fills);
    if (field.value && field.value !== field.dataset.filled) continue;
    field.value = field.dataset.filled = known.textContent;
  }
});

// ---- Menus, copying

// A menu closes by Escape, by a click beside it, and when another one opens.
const openMenus = () => all("details.menu[open]");
document.addEventListener("click", ({ target }) => {
  if (target.closest("dialog")) return; // it gives the focus back to the menu that asked
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

if (navigator.clipboard) document.documentElement.classList.add("can-copy");
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.classList.add("copied");
  setTimeout(() => button.classList.remove("copied"), 1_500);
  say(button.dataset.copied);
});

// ---- Live pages: a stream says «look», the page is asked for again, and its parts become what they are now

const here = document.body.dataset.here;
let stream = null;
let polling = null;
let gathering = null;
let isLooking = false;
let looksAgain = false;
let isAnswer = document.querySelector("main [role=alert], main form[data-filled]") !== null; // its parts with errors are as no other page has them
let hasEnded = false;

const words = (part) => part.dataset.live.split(" ");

// A part is left alone while one of its forms is filled in, refused or under way.
function isHeld(part) {
  const forms = all("form", part);
  const isRefused = forms.length > 0 && document.querySelector("main [role=alert]") !== null;
  return isRefused || forms.some((form) => isSent(form) || isTyped(form));
}

function offer(part) {
  if (part.querySelector(":scope > .changed")) return [];
  const notice = copyOf("changed");
  part.prepend(notice);
  return [notice.textContent.trim()];
}

// What somebody is at: it has the focus or is under the pointer, and is in the window.
function atHand() {
  const isSeen = (one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  return [document.activeElement, all("main :hover").at(-1)].find((one) => one?.matches("main *") && isSeen(one));
}

// Whatever comes or goes above it, what somebody is at stays under the hand.
async function steadily(change) {
  const held = atHand();
  const topOf = () => held.getBoundingClientRect().top;
  const top = held && topOf();
  const done = await change();
  if (held?.isConnected) scrollBy({ top: topOf() - top, behavior: "instant" });
  return done;
}

async function renew(part, html) {
  const sentences = () => all("[data-say]", part).map((one) => one.dataset.say);
  const before = sentences();
  const hadFocus = part.contains(document.activeElement);
  await htmx.swap({ sourceElement: part, target: part, text: html, select: `#${part.id}`, swap: "outerMorph" });
  if (hadFocus && !part.contains(document.activeElement)) {
    part.tabIndex = -1;
    part.focus();
  }
  return sentences().filter((one) => !before.includes(one));
}

async function look() {
  if (isLooking) {
    looksAgain = true;
    return;
  }
  isLooking = true;
  try {
    const answer = await fetch(here, { headers: { "HX-Request": "true", "Live-Look": "1" }, redirect: "manual" });
    if (answer.type === "opaqueredirect") return endSession();
    if (!answer.ok) return;
    const html = await answer.text();
    const page = new DOMParser().parseFromString(html, "text/html");
    const news = [];
    for (const part of all("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || fresh.dataset.mark === part.dataset.mark) continue;
      if (isAnswer && isHeld(part)) {
        part.dataset.mark = fresh.dataset.mark; // what is new from now on is told
        continue;
      }
      news.push(...(await steadily(() => (isHeld(part) ? offer(part) : renew(part, html)))));
    }
    isAnswer = false;
    if (news.length > 0) say([...new Set(news)].slice(0, MAX_SAID).join(". "));
  } catch {
    // the network is away: the stream comes back by itself, or the next look finds out
  } finally {
    isLooking = false;
    if (looksAgain) soon();
    looksAgain = false;
  }
}

function soon() {
  gathering ??= setTimeout(() => {
    gathering = null;
    look();
  }, GATHER_MS);
}

function follow() {
  if (stream) return;
  stream = new EventSource("/events");
  stream.onopen = () => {
    clearInterval(polling);
    polling = null;
    soon(); // what happened before the stream was there
  };
  stream.onmessage = ({ data }) => {
    const changed = new Set(data.split(" "));
    if (all("[data-live]").some((part) => words(part).some((word) => changed.has(word)))) soon();
  };
  stream.onerror = () => {
    if (stream?.readyState !== EventSource.CLOSED) return; // it comes back by itself
    stream = null;
    soon(); // has the session ended?
    polling ??= setInterval(() => {
      soon();
      follow();
    }, LOOK_EVERY_MS);
  };
}

function rest() {
  stream?.close();
  stream = null;
  clearInterval(polling);
  polling = null;
}

// The session has ended: what is on the page stays, and says so.
function endSession() {
  hasEnded = true;
  rest();
  const notice = copyOf("ended");
  steadily(() => document.querySelector("main").prepend(notice));
  say(notice.textContent.trim());
}

// Only a page that somebody sees has a stream.
function turn() {
  if (document.hidden || hasEnded) rest();
  else follow();
}

if (here && document.querySelector("[data-live]")) {
  document.addEventListener("visibilitychange", turn);
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", turn);
}

// What went wrong is read first.
document.querySelector("main [role=alert]")?.focus();
