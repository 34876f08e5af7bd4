import { createStore } from "../lib/store.ts";

/** Opens and closes the command palette from anywhere. It loads when it is first opened. */
export const palette = createStore(false);

/** What is typed after the palette was opened, before its field has the focus. */
let earlyTyping = "";
let isReady = false;

/** Keeps a key that is typed before the palette's field has the focus. @returns Whether it did. */
export function keepEarlyTyping({ key, ctrlKey, metaKey, altKey, isComposing }: KeyboardEvent): boolean {
  if (!palette.get() || isReady || ctrlKey || metaKey || altKey || isComposing) return false;
  if (key === "Backspace") earlyTyping = earlyTyping.slice(0, -1);
  else if (key.length === 1) earlyTyping += key;
  else return false;
  return true;
}

/** Called when the field has the focus. @returns What was typed before. */
export function takeEarlyTyping(): string {
  const typed = earlyTyping;
  earlyTyping = "";
  isReady = true;
  return typed;
}

palette.subscribe(() => {
  if (palette.get()) return;
  earlyTyping = "";
  isReady = false;
});
