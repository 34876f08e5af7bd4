import { Check, Copy } from "lucide-react";
import { useId, useState } from "react";

import { Button } from "./Button.tsx";
import { showToast } from "./toast.ts";

/** A read-only field with a copy button, for a link or secret. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const id = useId();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => showToast("Couldn't copy. Select the text and copy it manually."),
    );
  };
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex gap-2">
        <input
          id={id}
          readOnly
          value={value}
          onFocus={(event) => event.currentTarget.select()}
          className="min-w-0 flex-1 rounded-md border border-edge bg-panel px-3 font-mono text-sm"
        />
        <Button onClick={copy} aria-live="polite">
          {copied ? <Check className="size-4 text-good" /> : <Copy className="size-4" />}
          {copied ? "Copied" : "Copy"}
        </Button>
      </div>
    </div>
  );
}
