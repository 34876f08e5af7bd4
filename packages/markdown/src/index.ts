export type { Env, MarkdownIt, Token } from "markdown-it";

export type { SourceRange } from "./destinations.ts";
export { type FrontMatter, measureFrontMatter, readFrontMatter } from "./front-matter.ts";
export { type Heading, collectHeadings, toSlug } from "./headings.ts";
export { sanitizeHtml } from "./html.ts";
export { createMarkdownParser } from "./parser.ts";
export {
  encodeName,
  resolveLink,
  isExternal,
  type LinkTarget,
  createLink,
  type FilePath,
  normalForms,
  readTargets,
} from "./paths.ts";
export {
  type LinkDefinition,
  type LinkSyntax,
  type MarkdownContents,
  type MarkdownLink,
  maxReadItems,
  maxReadLength,
  readMarkdown,
  type Task,
} from "./read-markdown.ts";
export { relocateLinks } from "./relocate.ts";
export { type RelinkedText, relinkFiles, relinkText, restoreLinks, type Spelling } from "./relink.ts";
export { applyEdits, type Destination, listDestinations, rewriteLinks, type TextEdit } from "./rewrite.ts";
export { type WikiLink, getWikiLink } from "./wiki-links.ts";
export {
  createWikiLinkResolver,
  foldWikiName,
  type ResolveWikiLink,
  linkPath,
  parseWikiPath,
  wikiAlias,
  type WikiCandidate,
  wikiPath,
  type WikiTarget,
  writeWikiTarget,
} from "./wiki-paths.ts";
