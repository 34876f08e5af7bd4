import type { LanguageFn } from "highlight.js";
import hljs from "highlight.js/lib/core";

type Grammar = () => Promise<{ default: LanguageFn }>;

/** Grammars, loaded when a document contains code in the language. */
const grammars: Record<string, Grammar> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  clojure: () => import("highlight.js/lib/languages/clojure"),
  cmake: () => import("highlight.js/lib/languages/cmake"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  dart: () => import("highlight.js/lib/languages/dart"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  elixir: () => import("highlight.js/lib/languages/elixir"),
  elm: () => import("highlight.js/lib/languages/elm"),
  erlang: () => import("highlight.js/lib/languages/erlang"),
  fsharp: () => import("highlight.js/lib/languages/fsharp"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  groovy: () => import("highlight.js/lib/languages/groovy"),
  haskell: () => import("highlight.js/lib/languages/haskell"),
  http: () => import("highlight.js/lib/languages/http"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  less: () => import("highlight.js/lib/languages/less"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  nix: () => import("highlight.js/lib/languages/nix"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  ocaml: () => import("highlight.js/lib/languages/ocaml"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  protobuf: () => import("highlight.js/lib/languages/protobuf"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  shell: () => import("highlight.js/lib/languages/shell"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  wasm: () => import("highlight.js/lib/languages/wasm"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

/** Language aliases. */
const aliases = new Map(
  Object.entries({
    "c++": "cpp",
    cjs: "javascript",
    clj: "clojure",
    console: "shell",
    cs: "csharp",
    docker: "dockerfile",
    ex: "elixir",
    "f#": "fsharp",
    golang: "go",
    gql: "graphql",
    h: "c",
    hpp: "cpp",
    hs: "haskell",
    html: "xml",
    js: "javascript",
    json5: "json",
    jsonc: "json",
    jsx: "javascript",
    kt: "kotlin",
    make: "makefile",
    md: "markdown",
    mjs: "javascript",
    mts: "typescript",
    objc: "objectivec",
    patch: "diff",
    pl: "perl",
    postgres: "sql",
    postgresql: "sql",
    proto: "protobuf",
    ps1: "powershell",
    py: "python",
    rb: "ruby",
    rs: "rust",
    sh: "bash",
    svg: "xml",
    tex: "latex",
    toml: "ini",
    ts: "typescript",
    tsx: "typescript",
    vue: "xml",
    yml: "yaml",
    zsh: "bash",
  }),
);

/** Maximum length in characters. Highlighting longer code would take too long. */
const maxLength = 100_000;

/**
 * Maximum line length in characters. Code with longer lines is minified or data, and is not highlighted: some grammars
 * take quadratic time for long words, which is minutes for 100,000 characters.
 */
const maxLineLength = 2_000;
/**
 * Maximum number of successive blank characters, including line endings. Some grammars take quadratic time for them.
 */
const maxBlankLength = 500;
const hasLongBlank = (code: string) => code.split(/\S+/).some(({ length }) => length > maxBlankLength);

/** Only `\n` ends a line: grammars treat other separators as blank characters within a line. */
function hasLongLine(code: string): boolean {
  let start = 0;
  for (let end = code.indexOf("\n"); end !== -1; end = code.indexOf("\n", start)) {
    if (end - start > maxLineLength) return true;
    start = end + 1;
  }
  return code.length - start > maxLineLength;
}

const toGrammarName = (language: string): string | null => {
  const name = aliases.get(language) ?? language;
  return Object.hasOwn(grammars, name) ? name : null;
};

/** Highlighted code by language and text. Most code is unchanged between keystrokes. */
const cached = new Map<string, string>();
const maxCached = 2_000;

/**
 * Highlights code as HTML. Returns null if the language is unknown or its grammar is not loaded; a missing grammar is
 * added to `missingLanguages`.
 */
export function highlightCode(code: string, language: string, missingLanguages: Set<string>): string | null {
  const name = toGrammarName(language);
  if (name === null || code.length > maxLength || hasLongLine(code) || hasLongBlank(code)) return null;
  if (hljs.getLanguage(name) === undefined) {
    missingLanguages.add(name);
    return null;
  }
  const key = `${name} ${code}`;
  const cachedHtml = cached.get(key);
  if (cachedHtml !== undefined) return cachedHtml;
  const { value } = hljs.highlight(code, { language: name, ignoreIllegals: true });
  if (cached.size >= maxCached) cached.clear();
  cached.set(key, value);
  return value;
}

/** Loads grammars. Failures are ignored. */
export async function loadGrammars(names: Iterable<string>): Promise<void> {
  await Promise.all(
    Array.from(names, async (name) => {
      const grammar = await grammars[name]?.().catch(() => null);
      hljs.registerLanguage(name, grammar?.default ?? (() => ({ contains: [] })));
    }),
  );
}
