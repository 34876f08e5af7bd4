/** The styles of an exported page: one readable column, in light and dark, and on paper. */
export const pageStyles = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1f2328, #e6e6e3);
  --paper: light-dark(#ffffff, #17181a);
  --faint: light-dark(#5b626b, #a3a8ae);
  --line: light-dark(#d8dbdf, #3a3d41);
  --panel: light-dark(#f5f6f7, #202225);
  --accent: light-dark(#0b5cad, #7fb6f0);
  --keyword: light-dark(#7527a8, #cfa2f0);
  --string: light-dark(#1d6b3c, #8fd3a5);
  --number: light-dark(#8f4a14, #f0b184);
  --name: light-dark(#1b56b0, #8db8f5);
  --tone: var(--accent);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.03rem/1.65 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; overflow-wrap: break-word; }
p, ul, ol, dl, pre, table, blockquote, details, figure, section, .markdown-alert, .embed { margin: 1em 0; }
h1, h2, h3, h4, h5, h6 { margin: 1.6em 0 0.6em; line-height: 1.25; }
h1:first-child { margin-top: 0; }
h1 { font-size: 2em; }
h2 { font-size: 1.5em; }
h3 { font-size: 1.22em; }
a[href] { color: var(--accent); }
img { max-width: 100%; height: auto; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2em 0; }
blockquote { margin-inline: 0; padding-inline-start: 1.1em; border-inline-start: 3px solid var(--line); color: var(--faint); }
code, pre, kbd { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: 0.88em; }
code, kbd { padding: 0.15em 0.35em; border-radius: 0.3em; background: var(--panel); }
kbd { border: 1px solid var(--line); }
pre { padding: 0.9em 1.1em; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--panel); white-space: pre-wrap; tab-size: 4; }
pre code { padding: 0; background: none; font-size: inherit; }
table { display: block; width: fit-content; max-width: 100%; overflow-x: auto; border-collapse: collapse; }
th, td { padding: 0.45em 0.8em; border-bottom: 1px solid var(--line); text-align: start; vertical-align: top; }
th { border-bottom-width: 2px; }
[align="right"] { text-align: right; }
[align="center"] { text-align: center; }
.front-matter { color: var(--faint); font-size: 0.84em; }
.front-matter th, .front-matter td { border-width: 1px; }
.task { list-style: none; }
.task-box { margin-inline: -1.4em 0.4em; }
.toc ul { list-style: none; padding-inline-start: 1.2em; }
.footnotes { border-top: 1px solid var(--line); color: var(--faint); font-size: 0.88em; }
.footnotes-sep { display: none; }
sub, sup { line-height: 0; }
.tag { padding: 0 0.6em; border-radius: 1em; background: var(--panel); }
.markdown-alert { padding: 0.4em 1.1em; border-inline-start: 3px solid var(--tone); background: var(--panel); }
.markdown-alert-title { color: var(--tone); font-weight: 600; }
.markdown-alert-tip { --tone: var(--string); }
.markdown-alert-important { --tone: var(--keyword); }
.markdown-alert-warning { --tone: var(--number); }
.markdown-alert-caution { --tone: light-dark(#b3261e, #f2a19b); }
.missing { padding: 0.15em 0.5em; border: 1px dashed var(--line); color: var(--faint); font-size: 0.9em; }
.embed { padding-inline-start: 1.1em; border-inline-start: 3px solid var(--accent); }
.embed-title { font-size: 0.84em; }
.hljs-comment, .hljs-quote, .hljs-meta { color: var(--faint); }
.hljs-keyword, .hljs-selector-tag, .hljs-section, .hljs-name { color: var(--keyword); }
.hljs-string, .hljs-regexp, .hljs-addition, .hljs-link { color: var(--string); }
.hljs-number, .hljs-literal, .hljs-symbol, .hljs-bullet { color: var(--number); }
.hljs-title, .hljs-attr, .hljs-attribute, .hljs-property, .hljs-type, .hljs-built_in { color: var(--name); }
@media print {
  :root { color-scheme: light; }
  main { max-width: none; padding: 0; }
  pre, table, img, blockquote { break-inside: avoid; }
  h1, h2, h3, h4 { break-after: avoid; }
}
`;
