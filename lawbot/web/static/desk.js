/* Comfort only: every page works without it. Written for browsers of ten years ago. */
(function () {
  "use strict";

  function lookAgain(place) {
    var gap = 3000;
    function next() { window.setTimeout(ask, gap); }
    function stop() {
      var note = document.createElement("p");
      note.className = "note bad";
      note.setAttribute("role", "status");
      note.textContent = "这里不再自动更新了，请刷新这一页。";
      place.insertBefore(note, place.firstChild);
    }
    function ask() {
      if (document.hidden) { next(); return; }
      var call = new XMLHttpRequest();
      call.open("GET", place.getAttribute("data-live"));
      call.onload = function () {
        var live = call.status === 200 && call.getResponseHeader("X-Live");
        if (call.status >= 500) { next(); return; }
        if (!live) { stop(); return; }
        if (place.innerHTML !== call.responseText) { place.innerHTML = call.responseText; }
        if (live !== "done") { next(); }
      };
      call.onerror = next;
      call.send();
    }
    next();
  }

  function once(event) {
    var form = event.target;
    var question = form.getAttribute("data-confirm");
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    if (form.getAttribute("data-sent")) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("data-download")) { form.setAttribute("data-sent", "yes"); }
  }

  document.addEventListener("DOMContentLoaded", function () {
    var places = document.querySelectorAll("[data-live]");
    for (var i = 0; i < places.length; i += 1) { lookAgain(places[i]); }
  });
  document.addEventListener("submit", once);
  window.addEventListener("pageshow", function () {
    var sent = document.querySelectorAll("form[data-sent]");
    for (var i = 0; i < sent.length; i += 1) { sent[i].removeAttribute("data-sent"); }
  });
}());
