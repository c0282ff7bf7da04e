// Style of the page's scripts: mistakes, names, and how much one function may hold.

import js from "@eslint/js";
import globals from "globals";

import bareWords from "./tests/js/bare_words.js";

export default [
  js.configs.recommended,
  {
    files: ["ui/**/*.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
  },
  {
    files: ["tests/js/**/*.js", "eslint.config.js"],
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.node },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "complexity": ["error", 15],
      "eqeqeq": "error",
      "max-len": ["error", { code: 120, ignoreUrls: true, ignorePattern: "^\\s*\\w+: \"M|\"[^\"]{80,}\"|\\bt\\(\"" }],
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "no-implicit-globals": "error",
      "no-restricted-properties": ["error",
        { property: "innerHTML", message: "Text is only ever set as text: see ui/shell/dom.js." },
        { property: "outerHTML", message: "Text is only ever set as text: see ui/shell/dom.js." },
        { property: "insertAdjacentHTML", message: "Text is only ever set as text: see ui/shell/dom.js." },
      ],
      "no-shadow": ["error", { builtinGlobals: false }],
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "no-var": "error",
      "prefer-const": ["error", { destructuring: "all" }],
    },
  },
  {
    // The page's words are in the catalogue.
    files: ["ui/**/*.js"],
    ignores: ["ui/words/*.js"],
    plugins: { words: { rules: { bare: bareWords } } },
    rules: { "words/bare": "error" },
  },
  {
    // One panel, drawn from one value of many fields: each line asks for one of them.
    files: ["ui/live/live.js", "ui/live/stage.js", "ui/queue/queue.js"],
    rules: { "complexity": ["error", 31] },
  },
];
