"use strict";
// What textual.js, which makes the terminal once the page has loaded, leaves to its page.
(() => {
  const place = document.getElementById("terminal");
  const touched = matchMedia("(pointer: coarse)").matches;
  let socket = null;

  // Only these two are read from the page; what stands behind ? in the address is for nobody.
  history.replaceState(null, "", location.pathname);
  place.dataset.sessionWebsocketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  place.dataset.fontSize = size();

  // A letter is 0.6 of its size wide, and a line 1.32 of it high. 116 columns are as wide as the game gets; under 15
  // pixels it is no pleasure to read, so there are fewer columns then, but never less than the game's own 60 by 20.
  function size() {
    const { clientWidth: width, clientHeight: height } = place;
    const wide = Math.min(24, width / (116.5 * 0.6));
    const least = Math.min(15, width / (61.5 * 0.6));
    return Math.max(6, Math.min(Math.max(wide, least), height / (20.5 * 1.32))).toFixed(1);
  }

  function send(kind, what) {
    if (socket !== null && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify([kind, what]));
  }

  function field() {
    return place.querySelector(".xterm-helper-textarea");
  }

  function listen() {
    if (touched) field()?.setAttribute("inputmode", "none");
    field()?.focus({ preventScroll: true });
  }

  // The margin takes the colour that the game is drawn on.
  function tint(data) {
    const found = /\x1b\[[0-9;]*?48;2;(\d+);(\d+);(\d+)/.exec(new TextDecoder().decode(data.slice(0, 4000)));
    if (data.byteLength > 3000 && found) document.body.style.backgroundColor = `rgb(${found.slice(1, 4).join()})`;
  }

  function over(event) {
    document.body.classList.add("-closed");
    document.getElementById("reason").textContent = event.reason || "The connection is lost. Your run is saved.";
    document.getElementById("over").hidden = false;
    document.getElementById("again").focus();
  }

  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(address) {
      super(address);
      socket = this;
      this.addEventListener("open", listen);
      this.addEventListener("close", over);
      this.addEventListener("message", (event) => event.data instanceof ArrayBuffer && tint(event.data));
    }
  };

  // Letters are measured once: they have to be there by then.
  const begin = window.onload;
  const faces = ["", "bold ", "italic ", "italic bold "].map((face) => document.fonts.load(`${face}16px "Roboto Mono"`));
  const loaded = Promise.race([Promise.allSettled(faces), new Promise((done) => setTimeout(done, 3000))]);
  window.onload = (event) => loaded.then(() => begin(event));

  document.getElementById("again").addEventListener("click", () => location.reload());
  addEventListener("focus", () => field()?.focus({ preventScroll: true }));
  if (touched) screen.orientation?.addEventListener("change", () => location.reload());

  const KEYS = {
    escape: "\x1b", up: "\x1b[A", down: "\x1b[B", pageup: "\x1b[5~", pagedown: "\x1b[6~", enter: "\r",
  };
  document.getElementById("touch").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.key) send("stdin", KEYS[button.dataset.key]);
    if (button?.id !== "typing") return;
    const typing = field().getAttribute("inputmode") === "none";
    field().setAttribute("inputmode", typing ? "text" : "none");
    field().blur();
    field().focus({ preventScroll: true });
  });
})();
