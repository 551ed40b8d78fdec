// The desk by keys: single letters, outside of fields, by their place on the keyboard whatever its language.

const OFF = "desk-keys-off"; // whoever turns the keys off has them off in this browser
const GO_MS = 1_000; // how long the key after «g» is waited for
const LINKS = "main .lines td.whole a, main .rows > li a, main .plain > li.inline a";

const dialog = document.getElementById("keys");
const isOn = dialog.querySelector("[name=on]");
const search = () => document.querySelector("main input[type=search]") ?? document.getElementById("find");
let goesUntil = 0;

const links = () => [...document.querySelectorAll(LINKS)].filter((one) => one.checkVisibility());

function move(step) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const wanted = at < 0 && step < 0 ? -1 : at + step;
  all.at(Math.min(wanted, all.length - 1))?.focus();
}

function choose() {
  document.activeElement.closest("tr, li")?.querySelector("input[type=checkbox]")?.click();
}

function show() {
  isOn.checked = localStorage.getItem(OFF) === null;
  if (!dialog.open) dialog.showModal();
}

const KEYS = {
  Slash: () => search()?.focus(),
  KeyJ: () => move(1),
  KeyK: () => move(document.activeElement === links()[0] ? 0 : -1),
  KeyX: choose,
  KeyG: () => (goesUntil = Date.now() + GO_MS),
};

function deedOf(event) {
  if (event.code === "Slash" && event.shiftKey) return show;
  if (event.shiftKey) return undefined;
  if (event.code === "KeyQ" && Date.now() < goesUntil) return () => location.assign("/desk");
  return KEYS[event.code];
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  const isOther = event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
  if (isTyping || isOther || document.querySelector("dialog[open]")) return;
  const deed = deedOf(event);
  if (deed === undefined || (deed !== show && localStorage.getItem(OFF) !== null)) return;
  event.preventDefault();
  deed();
});

isOn.addEventListener("change", () => {
  if (isOn.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "yes");
});

const opener = document.getElementById("keys-open");
opener.hidden = false;
opener.addEventListener("click", show);
