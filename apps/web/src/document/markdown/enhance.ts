import { drawDiagram } from "../diagram/draw.ts";
import { onSchemeChange, isDarkScheme } from "./color-scheme.ts";

/** Resolves file paths of a document to URLs. Missing files are omitted. */
export type ResolveFiles = (paths: string[]) => Promise<ReadonlyMap<string, string>>;

/** Adds formulas, diagrams, attached images and heading links to rendered blocks. */
export interface Enhancer {
  add(block: HTMLElement): void;
  close(): void;
}

/** Elements rendered only near the viewport. */
const heavy = ".math-inline, .math-display, .diagram";

export function createEnhancer(resolveFiles: () => ResolveFiles | undefined): Enhancer {
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
  const pictures = createBatch((images: HTMLImageElement[]) => showPictures(images, resolveFiles()));
  const stopWatching = onSchemeChange(() => {
    for (const drawn of document.querySelectorAll<HTMLElement>(".diagram[data-drawn]"))
      void showDiagram(drawn);
  });

  return {
    add(block) {
      if (block.querySelector(heavy) !== null) observer.observe(block);
      for (const image of block.querySelectorAll<HTMLImageElement>("img[data-path]")) pictures.add(image);
      for (const code of block.querySelectorAll<HTMLElement>("pre.code")) {
        code.tabIndex = 0; // wide code scrolls
        code.append(createCopyButton());
      }
      for (const heading of block.querySelectorAll(":is(h1, h2, h3, h4, h5, h6)[id]"))
        heading.append(createAnchorLink(heading));
    },
    close() {
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
  } catch (error) {
    const note = place.querySelector("p") ?? document.createElement("p");
    note.textContent = error instanceof Error ? error.message : String(error);
    place.append(note);
  }
}

async function showPictures(
  images: readonly HTMLImageElement[],
  resolve: ResolveFiles | undefined,
): Promise<void> {
  const pathOf = (image: HTMLImageElement) => image.dataset["path"] ?? "";
  const addresses = await resolve?.([...new Set(images.map(pathOf))]).catch(() => null);
  for (const image of images) {
    const address = addresses?.get(pathOf(image));
    if (address === undefined) image.dataset["missing"] = "";
    else {
      image.src = address;
      // URLs expire. An expired one is resolved again, once.
      if (resolve !== undefined && image.dataset["again"] === undefined)
        image.addEventListener("error", () => void showPictures([retryLater(image)], resolve), {
          once: true,
        });
    }
  }
}

function retryLater(image: HTMLImageElement): HTMLImageElement {
  image.dataset["again"] = "";
  return image;
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
