import { embedLimits } from "@mdreader/markdown/embed-limits";

import { createBlockContents } from "./block.ts";
import { createEmbedRenderer } from "./embed-renderer.ts";
import { decodeTarget, handleLinkClick, isFileName } from "./follow-link.ts";
import type { ResolveFiles } from "./images.ts";
import { idPrefix } from "./sanitize.ts";

/** A document that is embedded in another one. */
export interface EmbeddedDocument {
  id: string;
  title: string;
  resolveFiles: ResolveFiles;
  /** Opens the documents that are embedded in this one. */
  openEmbed: OpenEmbed;
  /** Opens a relative link. */
  onFollow: (path: string) => void;
  /**
   * Calls `onText` with the text and, until the document is closed, after each change; or once with null if it is no
   * longer readable.
   */
  watch(onText: (text: string | null) => void): void;
  close(): void;
}

/** Opens an embedded document by its path; "file" for another file, or null if there is nothing. */
export type OpenEmbed = (path: string) => Promise<EmbeddedDocument | "file" | null>;

/** The document in which others are embedded. */
export interface EmbedContext {
  openEmbed: OpenEmbed | undefined;
  /** The IDs of the documents around it, which are not embedded again. */
  around: readonly string[];
}

/** Shows embedded documents in place of the links to them. */
export interface Embeds {
  show(link: HTMLAnchorElement, context: EmbedContext): void;
  /** Resolves when the embedded documents are shown. */
  settle(): Promise<void>;
  close(): void;
}

interface OpenBox {
  element: HTMLElement;
  document: EmbeddedDocument;
  /** In UTF-16 units. */
  length: number;
  /** Resolves when its text is shown. */
  filled: PromiseWithResolvers<void>;
}

/** @param onBlock Called with the contents of an embedded document, which may embed others. */
export function createEmbeds(
  onBlock: (block: HTMLElement, context: EmbedContext, resolveFiles: ResolveFiles) => void,
): Embeds {
  const renderer = createEmbedRenderer();
  const boxes = new Set<OpenBox>();
  let numbered = 0;
  /** Embeds are opened one after the other, so that each counts those before it. */
  let lastOpened: Promise<void> = Promise.resolve();

  /** Closes the embedded documents in blocks that have been replaced. */
  function sweep(): void {
    for (const box of boxes)
      if (!box.element.isConnected) {
        box.document.close();
        boxes.delete(box);
      }
  }

  async function open(link: HTMLAnchorElement, { openEmbed, around }: EmbedContext): Promise<void> {
    // Its block was replaced while it waited.
    if (!link.isConnected) return;
    const [path = "", fragment] = (link.getAttribute("href") ?? "").split(/#(.*)/s);
    const name = link.textContent;
    if (openEmbed === undefined) {
      if (!isFileName(path)) setNote(link, `The embedded document “${name}” isn't shown here.`);
      return;
    }
    sweep();
    if (around.length > embedLimits.maxDepth) return;
    if (boxes.size >= embedLimits.maxCount)
      return setNote(link, `“${name}” isn't shown because too many documents are embedded.`);
    const document = await openEmbed(path);
    if (document === "file") return;
    if (document === null) return setNote(link, `“${name}” wasn't found.`);
    if (around.includes(document.id) || !link.isConnected) {
      document.close();
      return setNote(link, `“${name}” is embedded in itself.`);
    }
    const element = createBox(link, document);
    const box: OpenBox = { element, document, length: 0, filled: Promise.withResolvers() };
    boxes.add(box);
    link.replaceWith(element);
    const body = element.lastElementChild;
    const section = fragment === undefined ? null : decodeTarget(fragment);
    document.watch((text) => {
      if (!(body instanceof HTMLElement)) return;
      void fill(box, body, text, section, around).catch(showError(body)).finally(box.filled.resolve);
    });
  }

  async function fill(
    box: OpenBox,
    body: HTMLElement,
    text: string | null,
    section: string | null,
    around: readonly string[],
  ): Promise<void> {
    const { document } = box;
    sweep();
    if (text === null) return body.replaceChildren(createNote(`You can no longer read “${document.title}”.`));
    const others = [...boxes].reduce((sum, { length }) => sum + length, -box.length);
    if (others + text.length > embedLimits.maxLength) {
      box.length = 0;
      return body.replaceChildren(createNote("This document is too long to embed here."));
    }
    box.length = text.length;
    const blocks = await renderer.render(text, section);
    if (blocks === null) return body.replaceChildren(createNote(`“${document.title}” has no such heading.`));
    const contents = createBlockContents(blocks).map((nodes) => {
      const block = window.document.createElement("div");
      block.className = "block";
      block.append(...nodes);
      return block;
    });
    body.replaceChildren(...contents);
    makeIdsUnique(body);
    const context = { openEmbed: document.openEmbed, around: [...around, document.id] };
    for (const block of contents) onBlock(block, context, document.resolveFiles);
  }

  function createBox(link: HTMLAnchorElement, document: EmbeddedDocument): HTMLElement {
    const box = window.document.createElement("div");
    box.className = "embed";
    box.role = "group";
    box.ariaLabel = `Embedded: ${document.title}`;
    const heading = window.document.createElement("p");
    heading.className = "embed-title";
    const source = link.cloneNode(true);
    if (source instanceof HTMLElement) source.className = "";
    heading.append(source);
    const body = window.document.createElement("div");
    body.className = "embed-text";
    body.addEventListener("click", (event) => {
      // Links in the text are relative to the embedded document.
      if (!(event.target instanceof Element) || event.target.closest("a, .copy") === null) return;
      event.stopPropagation();
      const find = (id: string) => body.querySelector(`#${CSS.escape(`${body.dataset["ids"]}${id}`)}`);
      handleLinkClick(event, { find }, document);
    });
    box.append(heading, body);
    return box;
  }

  /** Slugs in the outer document and in other embedded ones may be the same. */
  function makeIdsUnique(body: HTMLElement): void {
    numbered += 1;
    const prefix = `${idPrefix}embed-${numbered}-`;
    body.dataset["ids"] = prefix;
    for (const element of body.querySelectorAll("[id]"))
      element.id = prefix + element.id.slice(idPrefix.length);
  }

  return {
    show(link, context) {
      lastOpened = lastOpened
        .then(() => open(link, context))
        .catch((error: unknown) => setNote(link, describe(error)));
    },
    async settle() {
      // Those that are shown may embed others.
      for (let opened = null; opened !== lastOpened;) {
        opened = lastOpened;
        await opened;
        sweep();
        await Promise.all([...boxes].map(({ filled }) => filled.promise));
      }
    },
    close() {
      for (const { document } of boxes) document.close();
      boxes.clear();
      renderer.close();
    },
  };
}

const describe = (error: unknown) => (error instanceof Error ? error.message : String(error));
const showError = (body: HTMLElement) => (error: unknown) =>
  body.replaceChildren(createNote(describe(error)));

function createNote(text: string): HTMLElement {
  const note = document.createElement("span");
  note.className = "embed-note";
  note.textContent = text;
  return note;
}

const setNote = (link: Element, text: string) => link.replaceWith(createNote(text));
