import { drawDiagram } from "../diagram/draw.ts";
import { onSchemeChange, isDarkScheme } from "./color-scheme.ts";

/** Finds the addresses of files that a document names by paths. Those that it leaves out are not there. */
export type ResolveFiles = (paths: string[]) => Promise<ReadonlyMap<string, string>>;

/** Adds to blocks what HTML alone does not show: formulas, diagrams, the document's own pictures, and handles. */
export interface Enhancer {
  add(block: HTMLElement): void;
  close(): void;
}

/** What is set or drawn only when it comes near the view. */
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
        code.tabIndex = 0; // wide code is scrolled
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

/** Puts a drawing above its source, which stays for those who can't see it. */
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
      // Addresses end after a while: one that did is asked for again, once.
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

/** Gathers what is added in one go, and does it together. */
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

/** A handle beside a heading. For keyboards and screen readers there is the outline. */
function createAnchorLink({ id }: Element): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.className = "anchor";
  anchor.href = `#${id.slice("md-".length)}`;
  anchor.tabIndex = -1;
  anchor.ariaHidden = "true";
  return anchor;
}
