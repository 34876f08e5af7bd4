import type { Toast } from "@base-ui/react/toast";

import { type Failure, errorMessage } from "./error-messages.ts";

type ToastManager = ReturnType<typeof Toast.createToastManager>;
type Work = (manager: ToastManager) => void;

/** The toast manager once loaded. Until then, toasts are queued. */
let toastManager: ToastManager | null = null;
const waiting: Work[] = [];
let added = 0;
let load = () => {};

function run(work: Work): void {
  if (toastManager !== null) return work(toastManager);
  waiting.push(work);
  load();
}

/** Toasts: short messages in the corner that disappear after a while. */
export const toasts = {
  /** @returns The ID for updating or closing the toast. */
  add(options: Parameters<ToastManager["add"]>[0]): string {
    added += 1;
    const id = options.id ?? `message-${added}`;
    run((manager) => manager.add({ ...options, id }));
    return id;
  },
  update: (...input: Parameters<ToastManager["update"]>) => run((manager) => manager.update(...input)),
  close: (id: string) => run((manager) => manager.close(id)),
};

/** Calls `listener` to load the toast UI when the first toast is queued. */
export function onFirstToast(listener: () => void): void {
  load = listener;
  if (waiting.length > 0) load();
}

/** Shows the queued toasts and all later ones with `manager`. */
export function showToastsBy(manager: ToastManager): void {
  toastManager = manager;
  for (const work of waiting.splice(0)) work(manager);
}

/** The time for which a message with an action is shown, long enough to reach it. */
const actionTimeoutMs = 10_000;

/** Shows a message, optionally with an action. */
export function showToast(title: string, action?: { label: string; run: () => void }): void {
  toasts.add({
    title,
    ...(action && {
      timeout: actionTimeoutMs,
      actionProps: { children: action.label, onClick: action.run },
    }),
  });
}

/** Shows an error that has no form to appear in. */
export function showErrorToast(error: Failure): void {
  toasts.add({ title: errorMessage(error), type: "error", priority: "high", timeout: 8_000 });
}
