import { drawDiagram } from "../diagram/draw.ts";
import { onSchemeChange, isDarkScheme } from "./color-scheme.ts";
import { createEmbeds, type EmbedContext } from "./embeds.ts";
import { makeEnlargeable } from "./enlarge.ts";
import { type ResolveFiles, showImages } from "./images.ts";

/** Adds formulas, diagrams, attached images and heading links to rendered blocks. */
export interface Enhancer {
  add(block: HTMLElement): void;
  close(): void;
}

/** Elements rendered only near the viewport. */
const heavy = ".math-inline, .math-display, .diagram";

/** The document whose blocks are enhanced. */
export interface EnhancerContext extends EmbedContext {
  resolveFiles: ResolveFiles | undefined;
}

export function createEnhancer(getContext: () => EnhancerContext): Enhancer {
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        observer.unobserve(target);
        void setFormulas(target);
        for (const place of target.querySelectorAll<HTMLElement>(".diagram")) void showDiagram(place);
      }
    },
    { rootMargin: "600px" },
  );
  const imageBatch = createBatch((images: HTMLImageElement[]) =>
    showImages(images, getContext().resolveFiles),
  );
  const stopWatching = onSchemeChange(() => {
    for (const drawn of document.querySelectorAll<HTMLElement>(".diagram[data-drawn]"))
      void showDiagram(drawn);
  });

  function enhance(block: HTMLElement, context: EmbedContext, showImage: (image: HTMLImageElement) => void) {
    if (block.querySelector(heavy) !== null) observer.observe(block);
    for (const image of block.querySelectorAll<HTMLImageElement>("img[data-path]")) showImage(image);
    for (const image of block.querySelectorAll<HTMLImageElement>("img:not(a img)")) makeEnlargeable(image);
    for (const code of block.querySelectorAll<HTMLElement>("pre.code")) {
      code.tabIndex = 0; // wide code scrolls
      code.append(createCopyButton());
    }
    for (const heading of block.querySelectorAll(":is(h1, h2, h3, h4, h5, h6)[id]:not(.embed *)"))
      heading.append(createAnchorLink(heading));
    for (const link of block.querySelectorAll<HTMLAnchorElement>("a.embed")) embeds.show(link, context);
  }

  const embeds = createEmbeds((block, context, resolveFiles) =>
    enhance(block, context, (image) => void showImages([image], resolveFiles)),
  );

  return {
    add: (block) => enhance(block, getContext(), (image) => imageBatch.add(image)),
    close() {
      embeds.close();
      observer.disconnect();
      stopWatching();
    },
  };
}

async function setFormulas(block: HTMLElement): Promise<void> {
  const places = block.querySelectorAll<HTMLElement>(".math-inline, .math-display");
  if (places.length === 0) return;
  const { setMath } = await import("./math.ts");
  for (const place of places) setMath(place);
}

/** Shows a drawing above its source, which stays available to screen readers. */
async function showDiagram(place: HTMLElement): Promise<void> {
  const source = place.querySelector("code")?.textContent ?? "";
  try {
    const { url, width, height } = await drawDiagram(source, isDarkScheme());
    const image = place.querySelector("img") ?? document.createElement("img");
    Object.assign(image, { src: url, width, height, alt: `Diagram: ${source}` });
    place.querySelector("p")?.remove();
    place.prepend(image);
    place.dataset["drawn"] = "";
    place.tabIndex = 0; // wide diagrams scroll
  } catch (error) {
    const note = place.querySelector("p") ?? document.createElement("p");
    note.textContent = error instanceof Error ? error.message : String(error);
    place.append(note);
  }
}

/** Batches the items added in one task and processes them together. */
function createBatch<T>(work: (items: T[]) => Promise<void>): { add(item: T): void } {
  let items: T[] = [];
  return {
    add(item) {
      if (items.push(item) > 1) return;
      setTimeout(() => {
        const gathered = items;
        items = [];
        void work(gathered);
      });
    },
  };
}

function createCopyButton(): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  return button;
}

/** A link icon beside a heading. Keyboard and screen reader users have the outline. */
function createAnchorLink({ id }: Element): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.className = "anchor";
  anchor.href = `#${id.slice("md-".length)}`;
  anchor.tabIndex = -1;
  anchor.ariaHidden = "true";
  return anchor;
}
