// A form with data-autosave="URL" is posted there two seconds after a change and when the page is left.
// One request at a time, so that a later text never arrives before an earlier one.
const PAUSE = 2000;
const RETRY = 10000;
const KEEPALIVE_LIMIT = 60000; // a browser refuses keepalive bodies above 64 kB in all

export function keepSaved(form) {
  const status = statusLine(form);
  const token = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  let sent = snapshot(form);
  let timer = null;
  let inFlight = false;
  let stopped = false;
  let submitting = false;
  let failing = false;

  const say = (text, bad = false) => {
    failing = bad;
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle("app-autosave--bad", bad);
  };
  const later = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  const isDirty = () => snapshot(form) !== sent;

  async function save() {
    if (stopped || submitting || inFlight || !isDirty()) return;
    inFlight = true;
    const body = snapshot(form);
    try {
      await answered(await post(form, body, token), body);
    } catch {
      say("Not saved: there is no connection. We will keep trying. Do not close this page.", true);
      later(RETRY);
    } finally {
      inFlight = false;
    }
    if (!stopped && isDirty()) later(PAUSE);
  }

  async function answered(response, body) {
    if (response.redirected || response.status === 401) {
      stopped = true;
      return say("Not saved: you have been signed out. Select the save button to sign in again and keep this text.", true);
    }
    const answer = await response.json().catch(() => ({}));
    if (response.ok) {
      const field = form.elements.namedItem("version");
      sent = body;
      if (answer.version !== undefined && field) {
        // The new number is not a change of the reader's: it must not start another save.
        const before = snapshot(form);
        field.value = answer.version;
        if (before === body) sent = snapshot(form);
      }
      return say(answer.saved_at ? `Saved at ${answer.saved_at}` : "Saved");
    }
    if (response.status === 409) {
      stopped = true;
      return say(answer.sentence || "Not saved: someone else has changed this page. Select the save button to see both texts.", true);
    }
    if (response.status >= 500 || response.status === 429) {
      later(RETRY);
      return say("Not saved: the service is busy. We will keep trying. Do not close this page.", true);
    }
    sent = body; // refused as it stands: posting the same again would be refused again
    return say(answer.sentence || "Not saved yet: something on this page needs correcting.", true);
  }

  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  form.addEventListener("submit", () => { submitting = true; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  addEventListener("pagehide", () => {
    if (!inFlight) return void save();
    // The answer of the save under way will never be read here: page_token tells the server that both are ours.
    if (!stopped && !submitting && isDirty()) post(form, snapshot(form), token).catch(() => {});
  });
  addEventListener("pageshow", () => { submitting = false; });
  // Leaving saves by itself; the browser asks only when saving is known not to work.
  addEventListener("beforeunload", (event) => {
    if (failing && !submitting && isDirty()) event.preventDefault();
  });
}

function post(form, body, token) {
  const data = `${body}&page_token=${token}`;
  return fetch(form.dataset.autosave, {
    method: "POST",
    body: data,
    credentials: "same-origin",
    keepalive: data.length < KEEPALIVE_LIMIT,
    headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Autosave": "1", Accept: "application/json" },
  });
}

function snapshot(form) {
  // Files go by their own form, and a password is sent only when its owner presses the button.
  const secret = new Set([...form.querySelectorAll("input[type=password]")].map((input) => input.name));
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !secret.has(name));
  return new URLSearchParams(fields).toString();
}

function statusLine(form) {
  let line = form.querySelector("[data-autosave-status]");
  if (!line) {
    line = document.createElement("p");
    form.append(line);
  }
  line.classList.add("app-autosave");
  line.setAttribute("role", "status");
  return line;
}
