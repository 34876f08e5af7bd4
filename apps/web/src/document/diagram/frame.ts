import DOMPurify from "dompurify";
import mermaid from "mermaid";

import type { DiagramResponse, DiagramRendered, DiagramRequest } from "./protocol.ts";

/**
 * Draws diagrams in a separate frame. Mermaid needs inline styles, and its input is untrusted. The frame has an opaque
 * origin, so that it can reach neither the app nor the server, and the app discards it when it hangs.
 */

/** Tags with attributes. Labels do not need them, and blocked ones would flood the console. */
const tagWithAttributes = /<([a-z][\w-]*)[\s/][^>]*>/gi;

const font = "ui-sans-serif, system-ui, sans-serif";

addEventListener("message", ({ source, data }: MessageEvent<DiagramRequest>) => {
  if (source === parent) drawing = drawing.then(() => respond(data));
});
let drawing = Promise.resolve();

async function respond({ id, source, dark }: DiagramRequest): Promise<void> {
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    // Options that a diagram can't override.
    secure: [
      "secure",
      "securityLevel",
      "startOnLoad",
      "maxTextSize",
      "maxEdges",
      "themeCSS",
      "fontFamily",
      "htmlLabels",
    ],
    theme: dark ? "dark" : "neutral",
    fontFamily: font,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    suppressErrorRendering: true,
  });
  const reply = (message: DiagramResponse) => parent.postMessage(message, "*");
  await mermaid.render(`diagram-${id}`, source.replaceAll(tagWithAttributes, "<$1>")).then(
    ({ svg }) => reply({ id, ...sanitizeSvg(svg) }),
    (error: unknown) => reply({ id, error: error instanceof Error ? error.message : String(error) }),
  );
}

/** Scripts can't run in an image. Sanitizing is defense in depth. */
function sanitizeSvg(svg: string): Omit<DiagramRendered, "id"> {
  const fragment = DOMPurify.sanitize(svg, {
    USE_PROFILES: { svg: true, svgFilters: true },
    ADD_TAGS: ["style"],
    FORBID_TAGS: ["a", "image", "use", "script", "foreignObject"],
    RETURN_DOM_FRAGMENT: true,
  });
  const root = fragment.querySelector("svg");
  if (root === null) throw new Error("The diagram is empty.");
  const [width = 0, height = 0] = (root.getAttribute("viewBox") ?? "")
    .split(/[\s,]+/)
    .slice(2)
    .map(Number);
  root.setAttribute("width", String(width));
  root.setAttribute("height", String(height));
  return { svg: new XMLSerializer().serializeToString(root), width, height };
}

parent.postMessage("ready", "*");
