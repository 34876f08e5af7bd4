import { showErrorToast, showToast } from "../ui/toast.ts";
import type { PreviewHandle } from "./Preview.tsx";

/** Parts of the preview that are not the document's. */
const added = ".copy, .anchor, .prose-failure";

/** Copies the rendered document, with its text as the plain form. */
export async function copyAsRichText({ scroller, surface }: PreviewHandle): Promise<void> {
  surface.fillAll();
  const copy = scroller.querySelector(".prose")?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) return;
  for (const element of copy.querySelectorAll(added)) element.remove();
  const parts = { "text/html": copy.innerHTML, "text/plain": copy.innerText };
  const blobs = Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })]);
  await navigator.clipboard
    .write([new ClipboardItem(Object.fromEntries(blobs))])
    .then(() => showToast("Copied as rich text"), showErrorToast);
}

/** Copies the source of the document. */
export const copyAsMarkdown = (text: string): Promise<void> =>
  navigator.clipboard.writeText(text).then(() => showToast("Copied as Markdown"), showErrorToast);
