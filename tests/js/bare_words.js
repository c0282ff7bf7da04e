// A rule of eslint: words that people read are named by t(…), and t names them as they stand.
// It looks at what h, text, toast and the like show, and at labels. What is no word, or not ours to
// translate, is in SPARED.

const LABELS = ["title", "placeholder", "aria-label", "ariaLabel", "alt", "textContent", "aria-valuetext"];
const SHOWN = { text: 1, toast: 0, confirm: 0, copyText: 1 };  // by function: the first argument that is shown
const SPARED = [
  "Stepglass", "Parquet", "SQL", "CSV", "JSON", "PNG", "SVG", "MCP", "LoRA", "CFG", "Ctrl A", "1:1", "Python",
  "Deutsch", "/home/me/ComfyUI/output",
  "python app.py --host 0.0.0.0 --auth NAME:PASSWORD", "· Stepglass",
];
const isWord = (text) => /\p{L}{2,}/u.test(text) && !SPARED.includes(text.trim());
const nameOf = (node) => node?.name ?? node?.value ?? node?.property?.name;

// What *node* may come to: its outcomes, without what only decides which.
function outcomes(node) {
  switch (node?.type) {
    case "ConditionalExpression": return [...outcomes(node.consequent), ...outcomes(node.alternate)];
    case "LogicalExpression": return [...(node.operator === "&&" ? [] : outcomes(node.left)), ...outcomes(node.right)];
    case "BinaryExpression": return node.operator === "+" ? [...outcomes(node.left), ...outcomes(node.right)] : [];
    case "TemplateLiteral": return [node, ...node.expressions.flatMap(outcomes)];
    default: return node ? [node] : [];
  }
}

const bare = (node) => {
  const texts = node.type === "TemplateLiteral" ? node.quasis.map((part) => part.value.cooked) : [node.value];
  const isText = ["Literal", "TemplateLiteral"].includes(node.type);
  return isText && texts.some((text) => typeof text === "string" && isWord(text));
};

export default {
  meta: { messages: { bare: "Name these words by t(…).", named: "t takes a text as it stands, or one of two." } },
  create(context) {
    const look = (shown) =>
      outcomes(shown).filter(bare).forEach((node) => context.report({ node, messageId: "bare" }));
    const isText = (node) => node?.type === "Literal" && typeof node.value === "string";
    return {
      CallExpression({ callee, arguments: given }) {
        const name = nameOf(callee);
        if (name === "t" && callee.type === "Identifier") {
          if (!outcomes(given[0]).every(isText)) context.report({ node: given[0], messageId: "named" });
        } else if (name === "h") given.slice(2).forEach(look);
        else if (name === "setAttribute" && LABELS.includes(given[0]?.value)) look(given[1]);
        else if (callee.type === "Identifier" && name in SHOWN) given.slice(SHOWN[name]).forEach(look);
      },
      Property({ key, value }) { if (LABELS.includes(nameOf(key)) || nameOf(key) === "label") look(value); },
      AssignmentExpression({ left, right }) { if (LABELS.includes(left.property?.name)) look(right); },
    };
  },
};
