import { Button } from "./Button.tsx";
import { showErrorToast, showToast } from "./toast.ts";

/** Offers text that was typed in this window and that the server refuses; nothing if there is none. */
export function UnsavedText({ text }: { text: string }) {
  if (text === "") return null;
  const copy = () => navigator.clipboard.writeText(text).then(() => showToast("Text copied"), showErrorToast);
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2 text-sm">
      <span className="min-w-0 flex-1">Your last edits weren't saved.</span>
      <Button onClick={() => void copy()}>Copy unsaved text</Button>
    </div>
  );
}
