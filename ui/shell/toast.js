// One sentence over the page for a moment, and copying, which says that it did.

let leaving = 0;
// What a closing dialog says is still to be read.
document.addEventListener("close", (e) => {
  const note = document.getElementById("sg-toast");
  if (note && /** @type {Node} */ (e.target).contains(note)) document.body.append(note);
}, true);
/** Show *sentence* for a while, and a button *action* that does *perform*. */
export function toast(sentence, action = "", perform = () => {}) {
  let note = document.getElementById("sg-toast");
  if (!note) {
    note = document.createElement("div");
    note.id = "sg-toast";
    note.setAttribute("role", "status");
  }
  // All but the topmost open dialog is out of reach.
  const over = [...document.querySelectorAll("dialog[open]")].pop() || document.body;
  if (note.parentElement !== over) over.append(note);
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

// Without https a browser may have no clipboard; an old way still works there.
/** Copy *words*, and say *said*. */
export async function copyText(words, said) {
  try {
    if (navigator.clipboard) await navigator.clipboard.writeText(words);
    else {
      const field = document.createElement("textarea");
      field.value = words;
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) throw new Error("refused");
    }
    toast(said);
  } catch { toast(`This browser does not allow copying here: ${words}`); }
}
