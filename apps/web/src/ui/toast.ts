import type { Toast } from "@base-ui/react/toast";

import { type Failure, errorMessage } from "./error-messages.ts";

type ToastManager = ReturnType<typeof Toast.createToastManager>;
type Work = (manager: ToastManager) => void;

/** What shows messages, once it is loaded. Until then they wait. */
let toastManager: ToastManager | null = null;
const waiting: Work[] = [];
let added = 0;
let load = () => {};

function run(work: Work): void {
  if (toastManager !== null) return work(toastManager);
  waiting.push(work);
  load();
}

/** The messages that come up at the corner and go by themselves. */
export const toasts = {
  /** @returns The id under which it is changed or closed. */
  add(options: Parameters<ToastManager["add"]>[0]): string {
    added += 1;
    const id = options.id ?? `message-${added}`;
    run((manager) => manager.add({ ...options, id }));
    return id;
  },
  update: (...input: Parameters<ToastManager["update"]>) => run((manager) => manager.update(...input)),
  close: (id: string) => run((manager) => manager.close(id)),
};

/** Is told to load what shows messages when there is the first one. */
export function onFirstToast(listener: () => void): void {
  load = listener;
  if (waiting.length > 0) load();
}

/** Has messages shown, with those that have waited. */
export function showToastsBy(manager: ToastManager): void {
  toastManager = manager;
  for (const work of waiting.splice(0)) work(manager);
}

/** Says that something is done; with a way to take it back, where there is one. */
export function showToast(title: string, undo?: { label: string; run: () => void }): void {
  toasts.add({ title, ...(undo && { actionProps: { children: undo.label, onClick: undo.run } }) });
}

/** Says what went wrong, for what has no form that could show it. */
export function showErrorToast(error: Failure): void {
  toasts.add({ title: errorMessage(error), type: "error", priority: "high", timeout: 8_000 });
}
