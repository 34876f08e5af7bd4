import { isCommand } from "../../ui/Shortcut.tsx";

/** The rendered documents on the page, each as a function that renders what it renders only near the view. */
const documents = new Set<() => Promise<unknown>>();

/** Time in milliseconds after which the page is printed as it is. */
const maxWaitMs = 30_000;

/** Prints the page once the documents on it are complete. The browser itself would not wait for diagrams, formulas and images. */
export async function printPage(): Promise<void> {
  const complete = Promise.allSettled([...documents].map((renderAll) => renderAll()));
  await Promise.race([complete, new Promise((resolve) => setTimeout(resolve, maxWaitMs))]);
  print();
}

/**
 * Lets the page wait for a rendered document before it is printed, also with the browser's shortcut.
 * @returns A function that unregisters the document.
 */
export function registerForPrint(renderAll: () => Promise<unknown>): () => void {
  documents.add(renderAll);
  if (documents.size === 1) addEventListener("keydown", printOnShortcut);
  return () => {
    documents.delete(renderAll);
    if (documents.size === 0) removeEventListener("keydown", printOnShortcut);
  };
}

function printOnShortcut(event: KeyboardEvent): void {
  if (!isCommand(event) || event.altKey || event.shiftKey || event.key !== "p") return;
  event.preventDefault();
  void printPage();
}
