import { drawDiagram } from "../diagram/draw.ts";
import { onSchemeChange, isDarkScheme } from "./color-scheme.ts";
import { createEmbeds, type EmbedContext } from "./embeds.ts";
import { makeEnlargeable } from "./enlarge.ts";
import { type ResolveFiles, showImages } from "./images.ts";

/** Adds formulas, diagrams, attached images and heading links to rendered blocks. */
export interface Enhancer {
  add(block: HTMLElement): void;
  /** Renders what would be rendered near the viewport. Resolves when it is shown, and the images have loaded. */
  complete(root: HTMLElement): Promise<void>;
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
        void showHeavy(target);
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
    async complete(root) {
      await embeds.settle();
      await Promise.all([showHeavy(root), imageBatch.settle()]);
      await Promise.all([...root.querySelectorAll("img")].map(loadImage));
    },
    close() {
      embeds.close();
      observer.disconnect();
      stopWatching();
    },
  };
}

/** Shows the formulas and diagrams in a block that aren't shown yet. */
async function showHeavy(block: HTMLElement): Promise<void> {
  const diagrams = [...block.querySelectorAll<HTMLElement>(".diagram:not([data-drawn])")];
  await Promise.all([setFormulas(block), ...diagrams.map(showDiagram)]);
}

/** Loads an image that may be out of view. Resolves when it has loaded, or can't be. */
async function loadImage(image: HTMLImageElement): Promise<void> {
  if (image.src === "") return;
  image.loading = "eager";
  await image.decode().catch(() => {});
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
  const isDark = isDarkScheme();
  try {
    const { url, width, height } = await drawDiagram(source, isDark);
    const image = place.querySelector("img") ?? document.createElement("img");
    Object.assign(image, { src: url, width, height, alt: `Diagram: ${source}` });
    place.querySelector("p")?.remove();
    place.prepend(image);
    place.dataset["drawn"] = isDark ? "dark" : "light";
    place.tabIndex = 0; // wide diagrams scroll
  } catch (error) {
    const note = place.querySelector("p") ?? document.createElement("p");
    note.textContent = error instanceof Error ? error.message : String(error);
    place.append(note);
  }
}

/** Batches the items added in one task and processes them together. */
function createBatch<T>(work: (items: T[]) => Promise<void>): {
  add(item: T): void;
  /** Processes the items that were added so far. */
  settle(): Promise<void>;
} {
  let items: T[] = [];
  let processed: Promise<void> = Promise.resolve();
  const process = () => {
    const gathered = items;
    items = [];
    if (gathered.length === 0) return processed;
    const earlier = processed;
    processed = (async () => {
      // The failure of an earlier batch has been reported, and isn't one of this batch.
      await Promise.all([earlier.catch(() => {}), work(gathered)]);
    })();
    return processed;
  };
  return {
    add(item) {
      if (items.push(item) === 1) setTimeout(() => void process());
    },
    settle: process,
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
