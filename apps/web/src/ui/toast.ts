import { Toast } from "@base-ui/react/toast";

import { type Failure, sentenceFor } from "./error-words.ts";

/** The messages that come up at the corner and go by themselves. `Toasts` shows them. */
export const toasts = Toast.createToastManager();

/** Says that something is done; with a way to take it back, where there is one. */
export function say(title: string, undo?: { label: string; run: () => void }): void {
  toasts.add({ title, ...(undo && { actionProps: { children: undo.label, onClick: undo.run } }) });
}

/** Says what went wrong, for what has no form that could show it. */
export function sayError(error: Failure): void {
  toasts.add({ title: sentenceFor(error), type: "error", priority: "high", timeout: 8_000 });
}
