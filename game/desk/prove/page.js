"use strict";
(() => {
  // The page is whole without this: it only opens what is asked for.
  const all = [...document.querySelectorAll("details")];

  const show = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target && target.closest("details");
    if (!fold) return;
    fold.open = true;
    fold.scrollIntoView();
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", show);
  show();

  const own = all.filter((one) => !one.closest("#plays"));
  if (own.length) {
    const button = document.createElement("button");
    button.type = "button";
    const name = () => {
      const closed = own.some((one) => !one.open);
      button.textContent = closed ? "Unfold all" : "Fold all";
      return closed;
    };
    button.addEventListener("click", () => {
      const open = name();
      for (const one of own) one.open = open;
      name();
    });
    name();
    document.querySelector("nav").append(button);
  }

  addEventListener("beforeprint", () => {
    for (const one of own) one.open = true;
  });
})();
