// Progress, and whether the page is open. Everything else works without it.
import { initAll } from "./govuk-frontend.min.js";

const { at, page } = document.body.dataset;
document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();

// The page stops when its last window is closed.
const say = (what) => navigator.sendBeacon(`${at}/${what}/${page}`);
addEventListener("pageshow", () => say("opened"));
addEventListener("pagehide", () => say("closed"));

// Sends the files with a bar, because a form alone shows none.
const withBar = (form) => {
  const input = form.querySelector("input[type=file]");
  const said = document.getElementById("progress");
  const bar = document.getElementById("bar");
  form.addEventListener("submit", (event) => {
    const files = [...input.files];
    if (files.length === 0) return; // the server says what is missing
    event.preventDefault();
    if (files.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.limit)) {
      said.textContent = "The files are too large to be read at once. Export them by the month.";
      return;
    }
    const call = new XMLHttpRequest();
    call.open("POST", form.action);
    bar.hidden = false;
    said.textContent = "Reading …";
    call.upload.onprogress = (e) => {
      bar.value = (100 * e.loaded) / e.total;
      said.textContent = `Reading: ${Math.floor(bar.value)} % …`;
    };
    call.onload = () => {
      if (call.status === 200) location.assign(call.responseURL);
      else show(new DOMParser().parseFromString(call.responseText, "text/html"));
    };
    call.onerror = () => { said.textContent = "The page has stopped. Start it again: exchange open"; };
    call.send(new FormData(form));
  });
};

const show = (answer) => {
  document.title = answer.title;
  document.querySelector("main").replaceWith(answer.querySelector("main"));
  initAll();
  setUp();
};

const setUp = () => {
  const form = document.getElementById("send");
  if (form) withBar(form);
};
setUp();

const stage = document.getElementById("stage");
const done = document.getElementById("done");
if (stage) {
  const ask = async () => {
    try {
      const state = await (await fetch(stage.dataset.state)).json();
      if (state.settled) { location.replace(stage.dataset.next); return; }
      const text = `${state.stage} …`;
      if (stage.textContent !== text) stage.textContent = text; // it is read out when it changes
      if (state.of) { done.max = state.of; done.value = state.done; }
      setTimeout(ask, 400);
    } catch { stage.textContent = "The page has stopped. Start it again: exchange open"; }
  };
  ask();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
