import { h } from "../shell/dom.js";
import { edit, list, standard, words } from "./field_values.js";

// A text box over a list: typing filters, arrows walk, Enter takes.
const MOST_SHOWN = 200;
export function combobox(f, id) {
  let value = "", at = -1, options = [];
  const popup = h("ul", { class: "wf-popup", role: "listbox", id: `${id}-list`, "aria-label": f.label, hidden: true });
  const input = h("input", {
    id, type: "text", class: "wf-input wf-combo", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": popup.id,
    onfocus: () => input.select(), onclick: () => open(""), oninput: () => open(input.value), onkeydown: keys,
    onblur: () => setTimeout(() => { close(); input.value = value; }, 120),
  });
  const set = (v) => { value = words(v); input.value = value; input.title = value; };
  function open(query) {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    options = list(f).filter((n) => wanted.every((w) => n.toLowerCase().includes(w)));
    const shown = options.slice(0, MOST_SHOWN);
    popup.replaceChildren(
      ...shown.map((n, i) =>
        h(
          "li",
          {
            role: "option",
            id: `${id}-${i}`,
            "aria-selected": String(n === value),
            onmousedown: (e) => {
              e.preventDefault();
              take(n);
            },
          },
          n,
        ),
      ),
    );
    if (options.length > MOST_SHOWN)
      popup.append(
        h(
          "li",
          { class: "wf-more", role: "presentation" },
          `${options.length - MOST_SHOWN} more: type to narrow down`,
        ),
      );
    if (!shown.length) popup.append(h("li", { class: "wf-more", role: "presentation" }, "Nothing has these letters."));
    at = shown.indexOf(value);
    popup.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark();
  }
  function close() {
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function take(name) { set(name); close(); edit(f, name); }
  function mark() {
    [...popup.children].forEach((e, i) => e.classList.toggle("wf-at", i === at));
    const e = popup.children[at];
    if (!e || !e.id) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", e.id);
    e.scrollIntoView({ block: "nearest" });
  }
  function keys(e) {
    const last = Math.min(options.length, MOST_SHOWN) - 1;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      if (popup.hidden) return open("");
      at = e.key === "ArrowDown" ? Math.min(last, at + 1) : Math.max(0, at - 1);
      mark();
    } else if (e.key === "Enter" && !popup.hidden && !(e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      if (options[Math.max(0, at)]) take(options[Math.max(0, at)]);
    } else if (e.key === "Escape" && !popup.hidden) { e.stopPropagation(); close(); input.value = value; }
  }
  set(standard(f));
  return { element: h("div", { class: "wf-combobox" }, input, popup), set, wide: list(f).some((n) => n.length > 30) };
}
