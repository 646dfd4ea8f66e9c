/* Reads a text aloud with the browser's own voice; nothing is sent anywhere. */
(function () {
  "use strict";
  if (!window.speechSynthesis || !window.SpeechSynthesisUtterance) { return; }
  var reading = null;

  function rest(button) { button.textContent = "听一听"; reading = null; }

  function toggle(event) {
    var button = event.target;
    var same = reading === button;
    if (reading) { window.speechSynthesis.cancel(); rest(reading); }
    if (same) { return; }
    var words = document.getElementById(button.getAttribute("data-reads")).textContent;
    var voice = new SpeechSynthesisUtterance(words.replace(/[【】]/g, "，"));
    voice.lang = "zh-CN";
    voice.rate = 0.9;
    voice.onend = function () { if (reading === button) { rest(button); } };
    reading = button;
    button.textContent = "停下";
    window.speechSynthesis.speak(voice);
  }

  document.addEventListener("DOMContentLoaded", function () {
    var buttons = document.querySelectorAll("button.listen");
    for (var i = 0; i < buttons.length; i += 1) {
      buttons[i].hidden = false;
      buttons[i].addEventListener("click", toggle);
    }
  });
}());
