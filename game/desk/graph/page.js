"use strict";
(() => {
  const story = JSON.parse(document.getElementById("story").textContent);
  const stage = document.getElementById("stage");
  const world = document.getElementById("world");
  const panel = document.getElementById("panel");
  const field = document.getElementById("field");
  const results = document.getElementById("results");
  const key = document.getElementById("key");
  const cards = new Map([...world.querySelectorAll(".card")].map((card) => [card.dataset.id, card]));

  // --- small helpers: whatever is shown is set as text, never as markup ---

  function el(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "onclick") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }
  const name = (id) => (story.scenes[id] && story.scenes[id].title) || id;

  // --- looking around ---

  const view = { x: 0, y: 0, k: 1 };
  const size = { width: +stage.dataset.width, height: +stage.dataset.height };
  function show() {
    world.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.k})`);
  }
  function zoom(factor, x, y) {
    const k = Math.min(4, Math.max(0.04, view.k * factor));
    view.x = x - ((x - view.x) * k) / view.k;
    view.y = y - ((y - view.y) * k) / view.k;
    view.k = k;
    show();
  }
  function fit() {
    const box = stage.getBoundingClientRect();
    view.k = Math.min(box.width / size.width, box.height / size.height, 1.2);
    view.x = (box.width - size.width * view.k) / 2;
    view.y = (box.height - size.height * view.k) / 2;
    show();
  }
  function begin() {
    fit();
    if (view.k < 0.4) {
      const box = stage.getBoundingClientRect();
      view.k = Math.max(view.k, Math.min(0.55, (box.width / size.width) * 1.6));
      view.x = view.y = 0;
      show();
    }
  }
  function centre(card) {
    const box = stage.getBoundingClientRect();
    const at = card.getBBox();
    view.k = Math.max(view.k, 0.75);
    view.x = box.width / 2 - (at.x + at.width / 2) * view.k;
    view.y = box.height / 2 - (at.y + at.height / 2) * view.k;
    show();
  }
  const middle = () => {
    const box = stage.getBoundingClientRect();
    return [box.width / 2, box.height / 2];
  };
  stage.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  const fingers = new Map();
  let moved = 0;
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    moved = 0;
  });
  stage.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved > 4 && !stage.hasPointerCapture(event.pointerId)) {
      stage.setPointerCapture(event.pointerId);
      stage.classList.add("dragging");
    }
    if (fingers.size === 2) {
      const other = [...fingers.values()].find((finger) => finger.pointerId !== event.pointerId);
      const box = stage.getBoundingClientRect();
      const far = (finger) => Math.hypot(finger.clientX - other.clientX, finger.clientY - other.clientY) || 1;
      zoom(far(event) / far(before), (event.clientX + other.clientX) / 2 - box.left, (event.clientY + other.clientY) / 2 - box.top);
    }
    view.x += dx / fingers.size;
    view.y += dy / fingers.size;
    fingers.set(event.pointerId, event);
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => {
      fingers.delete(event.pointerId);
      stage.classList.remove("dragging");
    });
  }

  // --- a scene and what is around it ---

  function spans(list) {
    return list.map((part) => {
      if (part.if) {
        const inside = part.if.flatMap(([asked, inner]) => [el("span", { class: "asked" }, `[${asked}] `), ...spans(inner)]);
        return el("span", { class: "inline" }, ...inside, el("span", { class: "asked" }, "[end]"));
      }
      const [text, style] = part;
      if (style === "em" || style === "strong") return el(style, {}, text);
      return style === "slot" ? el("span", { class: "slot" }, text) : document.createTextNode(text);
    });
  }
  function blocks(list) {
    return list.map((block) => {
      if (block.if) {
        const parts = block.if.map(([asked, inner]) =>
          el("div", { class: "branch" }, el("span", { class: "asked" }, asked), ...blocks(inner)));
        return el("div", {}, ...parts);
      }
      return el("p", {}, block.who ? el("span", { class: "who" }, block.who) : "", ...spans(block.p));
    });
  }
  function share(count) {
    if (!story.plays) return "";
    return count ? `in ${count} of ${story.plays} plays` : `never in ${story.plays} plays`;
  }
  function go(id, words) {
    return el("button", { class: "go", type: "button", onclick: () => choose(id) }, words || `→ ${name(id)}`);
  }
  function choice(scene, made) {
    const notes = [];
    if (made.asks) notes.push(`while ${made.asks}`);
    if (made.reason) notes.push(`otherwise “${made.reason}”`);
    if (made.once) notes.push("once");
    if (made.kind !== "choice") notes.unshift(made.kind);
    if (story.plays) notes.push(share(made.count));
    const item = el("li", { class: "choice" }, el("b", {}, made.text || made.id), el("br"), el("small", {}, [made.id, ...notes].join(" · ")));
    for (const outcome of made.outcomes) {
      if (outcome.id) item.append(el("p", {}, el("small", {}, `${outcome.odds} ${outcome.id}`)));
      if (outcome.then.length) item.append(el("details", {}, el("summary", {}, "what follows"), el("div", { class: "text" }, ...blocks(outcome.then))));
      if (outcome.gentle) item.append(el("details", {}, el("summary", {}, "its gentle version"), el("div", { class: "text" }, ...blocks(outcome.gentle))));
      for (const link of outcome.links) {
        const there = link.target === scene ? "stays here" : `→ ${name(link.target)}`;
        item.append(go(link.target, link.asks ? `${link.asks} ${there}` : there));
      }
    }
    return item;
  }
  function incoming(id) {
    const found = [];
    for (const [from, scene] of Object.entries(story.scenes)) {
      for (const made of scene.choices) {
        if (from !== id && made.outcomes.some((outcome) => outcome.links.some((link) => link.target === id))) {
          found.push(go(from, `${name(from)} · ${made.text || made.id}`));
        }
      }
    }
    for (const signal of story.signals) {
      if (signal.target === id) {
        const words = [signal.kind, signal.id, signal.when, signal.asks && `if ${signal.asks}`];
        found.push(el("p", {}, el("small", {}, words.filter(Boolean).join(" · "))));
      }
    }
    return found;
  }
  function choose(id, still) {
    const scene = story.scenes[id];
    const card = cards.get(id);
    if (!scene) return;
    for (const chosen of world.querySelectorAll(".chosen")) chosen.classList.remove("chosen");
    world.classList.add("traced");
    for (const line of world.querySelectorAll(".line")) {
      line.classList.toggle("lit", line.dataset.from === id || line.dataset.to === id);
    }
    fill(id, scene);
    panel.hidden = false;
    panel.scrollTop = 0;
    if (card) {
      card.classList.add("chosen");
      if (!still) centre(card);
    }
    history.replaceState(null, "", `#${id}`);
  }
  function fill(id, scene) {
    const facts = [scene.kind, scene.chapter, scene.place, scene.time, `${scene.words} words`, share(scene.count)];
    const leads = incoming(id);
    panel.replaceChildren(
      el("button", { class: "close", type: "button", "aria-label": "Close", onclick: leave }, "×"),
      el("h2", {}, scene.title || id),
      el("small", {}, [scene.title ? id : "", ...facts].filter(Boolean).join(" · ")), el("br"),
      scene.cast.length ? el("small", {}, `with ${scene.cast.join(", ")}`) : "",
      scene.reached ? "" : el("p", { class: "alarm" }, "Nothing leads here."),
      scene.hint ? el("p", {}, el("small", {}, `Hint: ${scene.hint}`)) : "",
      el("h3", {}, "Text"), el("div", { class: "text" }, ...blocks(scene.text)),
      scene.gentle ? el("details", {}, el("summary", {}, "the gentle version"), el("div", { class: "text" }, ...blocks(scene.gentle))) : "",
      scene.summary ? el("details", {}, el("summary", {}, "for who skips it"), el("div", { class: "text" }, ...blocks(scene.summary))) : "",
      scene.choices.length ? el("h3", {}, "Choices") : "",
      el("ul", {}, ...scene.choices.map((made) => choice(id, made))),
      el("h3", {}, "Who leads here"), ...(leads.length ? leads : [el("small", {}, scene.start ? "The story begins here." : "Nobody.")]),
    );
  }
  function leave() {
    panel.hidden = true;
    world.classList.remove("traced");
    for (const chosen of world.querySelectorAll(".chosen")) chosen.classList.remove("chosen");
    history.replaceState(null, "", location.pathname + location.search);
  }
  world.addEventListener("click", (event) => {
    if (moved > 4) return;
    const card = event.target.closest(".card");
    const pill = event.target.closest(".pill");
    if (card) choose(card.dataset.id, true);
    else if (pill) choose(pill.dataset.target);
  });
  stage.addEventListener("click", (event) => {
    if (moved <= 4 && !event.target.closest(".card, .pill")) leave();
  });

  // --- finding ---

  let at = 0;
  function matches(query) {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!wanted.length) return [];
    return Object.entries(story.scenes).filter(([id, scene]) => {
      const all = `${id} ${scene.title} ${scene.place} ${scene.search}`.toLowerCase();
      return wanted.every((word) => all.includes(word));
    }).map(([id]) => id);
  }
  function find() {
    const found = matches(field.value);
    const searching = field.value.trim() !== "";
    world.classList.toggle("searching", searching);
    for (const [id, card] of cards) card.classList.toggle("found", found.includes(id));
    at = 0;
    const rows = found.slice(0, 60).map((id) => {
      const row = el("li", { role: "option", onclick: () => pick(id) }, name(id), " ", el("small", {}, `${id} · ${story.scenes[id].chapter}`));
      row.dataset.id = id;
      return row;
    });
    if (searching && !rows.length) rows.push(el("li", {}, el("small", {}, "nothing found")));
    results.replaceChildren(...rows);
    mark();
  }
  function mark() {
    [...results.children].forEach((row, i) => {
      row.setAttribute("aria-selected", String(i === at));
      if (i === at) row.scrollIntoView({ block: "nearest" });
    });
  }
  function pick(id) {
    results.replaceChildren();
    choose(id);
  }
  field.addEventListener("input", find);
  field.addEventListener("keydown", (event) => {
    const rows = results.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      at = rows ? (at + (event.key === "ArrowDown" ? 1 : rows - 1)) % rows : 0;
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && results.children[at] && results.children[at].dataset.id) {
      pick(results.children[at].dataset.id);
    } else if (event.key === "Escape") {
      field.value = "";
      find();
      field.blur();
      event.stopPropagation();
    }
  });

  // --- keys and buttons ---

  const commands = {
    "/": () => field.focus(),
    "+": () => zoom(1.25, ...middle()),
    "=": () => zoom(1.25, ...middle()),
    "-": () => zoom(0.8, ...middle()),
    "0": fit,
    "?": () => { key.hidden = !key.hidden; },
    Escape: () => { if (key.hidden) leave(); else key.hidden = true; },
    ArrowLeft: () => { view.x += 90; show(); },
    ArrowRight: () => { view.x -= 90; show(); },
    ArrowUp: () => { view.y += 90; show(); },
    ArrowDown: () => { view.y -= 90; show(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
    const focused = document.activeElement.closest && document.activeElement.closest("#stage .card");
    if ((event.key === "Enter" || event.key === " ") && focused) {
      choose(focused.dataset.id);
      event.preventDefault();
    } else if (commands[event.key] && !(event.target.closest && event.target.closest(".panel") && event.key.startsWith("Arrow"))) {
      commands[event.key]();
      event.preventDefault();
    }
  });
  for (const button of document.querySelectorAll("button[data-do]")) {
    button.addEventListener("click", () => commands[button.dataset.do]());
  }
  window.addEventListener("hashchange", () => choose(location.hash.slice(1)));
  begin();
  if (location.hash.length > 1) choose(location.hash.slice(1));
})();
