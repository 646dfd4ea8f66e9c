"use strict";
// Brings the deeds to the server without a reload, and the server's news to the phones.

const CLOSES_AFTER = 4500; // milliseconds a short notice stays

function element(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  return holder.content.firstElementChild;
}

function notice(place, text, stays) {
  if (!text) return;
  const note = document.createElement("p");
  note.textContent = text;
  if (stays) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "知道了";
    button.addEventListener("click", () => note.remove());
    note.append(button);
  } else {
    setTimeout(() => note.remove(), CLOSES_AFTER);
  }
  place.replaceChildren(note);
}

function noticePlace(form) {
  return form.closest(".phone")?.querySelector(".toasts") ?? document.getElementById("notices");
}

async function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  submitter?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    const { reason } = await answer.json();
    if (reason) notice(noticePlace(form), reason, false);
    else if (form.matches(".write")) form.elements.text.value = "";
    form.closest("details")?.removeAttribute("open");
  } catch {
    notice(noticePlace(form), "没有连上演练台，请看看它是否还在运行。", false);
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  send(event.target, event.submitter);
});

// Whoever stood on something keeps the place when it is redrawn: the thing of the same name, or
// the button in the same position.
function replaceKeepingFocus(old, fresh) {
  const active = document.activeElement;
  const inside = old.contains(active);
  const places = "button, a, summary, input:not([type=hidden])";
  const place = inside ? [...old.querySelectorAll(places)].indexOf(active) : -1;
  const caret = active.selectionStart;
  old.replaceWith(fresh);
  if (!inside) return;
  const candidates = fresh.querySelectorAll(places);
  const namesake = active.id && document.getElementById(active.id);
  const next = namesake || candidates[Math.min(Math.max(place, 0), candidates.length - 1)];
  (next ?? fresh.closest(".log"))?.focus({ preventScroll: true });
  if (namesake && caret != null) namesake.setSelectionRange(caret, caret);
}

function showMessages(phone, news) {
  const log = phone.querySelector(".log");
  const wanted = new Set(news.order.map(String));
  for (const item of [...log.children]) {
    if (!wanted.has(item.dataset.message)) item.remove();
  }
  for (const number of news.order) {
    const html = news.messages[number];
    if (!html) continue;
    const fresh = element(html);
    const old = document.getElementById(fresh.id);
    if (old) replaceKeepingFocus(old, fresh);
    else log.append(fresh);
  }
}

function showFoot(phone, html) {
  const foot = phone.querySelector(".foot");
  if (foot.dataset.html === html) return;
  const typed = foot.querySelector(".write input[name=text]")?.value;
  const fresh = foot.cloneNode(false);
  fresh.innerHTML = html;
  fresh.dataset.html = html;
  const box = fresh.querySelector(".write input[name=text]");
  if (box && typed) box.value = typed;
  replaceKeepingFocus(foot, fresh);
}

function showCalendar(html) {
  const old = document.getElementById("calendar");
  const fresh = old.cloneNode(false);
  fresh.innerHTML = html;
  const exact = old.querySelector(".exact");
  const editing = exact?.contains(document.activeElement);
  if (editing) {
    // The field in use is not touched; only the times around it change.
    for (const part of [".leaf", ".now", ".days", ".jumps"]) {
      const now = fresh.querySelector(part);
      if (now) old.querySelector(part)?.replaceWith(now);
    }
    return;
  }
  const before = old.querySelector("[aria-current=date]")?.value;
  replaceKeepingFocus(old, fresh);
  const today = fresh.querySelector("[aria-current=date]");
  if (today && today.value !== before && fresh.contains(document.activeElement)) {
    today.focus({ preventScroll: true });
  }
}

function listen() {
  const { phones, revision } = document.body.dataset;
  const query = new URLSearchParams({ since: revision });
  for (const phone of phones.split(",").filter(Boolean)) query.append("phone", phone);
  const stream = new EventSource(`/api/stream?${query}`);
  let lost = false;
  stream.addEventListener("open", () => {
    if (lost) location.reload(); // whoever came back may be another rehearsal
  });
  stream.addEventListener("error", () => {
    const closed = stream.readyState === EventSource.CLOSED;
    const text = closed ? "演练台换了一场，请刷新本页。" : "演练台停了，正在等它回来。";
    if (!lost || closed) notice(document.getElementById("notices"), text, true);
    lost = true;
  });
  stream.addEventListener("message", (event) => {
    const news = JSON.parse(event.data);
    showCalendar(news.calendar);
    for (const changed of news.phones) {
      const phone = document.getElementById(`phone-${changed.person}`);
      const log = phone.querySelector(".log");
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
      phone.dataset.standing = changed.standing;
      showMessages(phone, changed);
      showFoot(phone, changed.foot);
      if (atEnd) log.scrollTop = log.scrollHeight;
      for (const alert of changed.alerts) {
        notice(phone.querySelector(".toasts"), alert.text, alert.window);
      }
    }
  });
}

for (const log of document.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
listen();
