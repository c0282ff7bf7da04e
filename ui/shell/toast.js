// One sentence over the page for a moment.

import { above } from "./above.js";

let leaving = 0;
/** Show *sentence* for a while, and a button *action* that does *perform*. */
export function toast(sentence, action = "", perform = () => {}) {
  let note = document.getElementById("sg-toast");
  if (!note) {
    note = document.createElement("div");
    note.id = "sg-toast";
    note.setAttribute("role", "status");
  }
  above(note);
  const line = document.createElement("span");
  line.textContent = sentence;
  note.replaceChildren(line);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.onclick = () => { note.classList.remove("on"); perform(); };
    note.append(button);
  }
  note.classList.add("on");
  clearTimeout(leaving);
  leaving = setTimeout(() => note.classList.remove("on"), action ? 10000 : 5000);
}
