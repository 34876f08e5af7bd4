import { reasons } from "@mdreader/client";

import { sessionEnd } from "../../lib/session.ts";
import { useStore } from "../../lib/store.ts";
import { Button } from "../../ui/Button.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { showErrorToast, showToast } from "../../ui/toast.ts";

/** Shows why the last session in this window ended, and offers text that was typed in it and not sent. */
export function SessionEndNote() {
  const end = useStore(sessionEnd);
  if (end === null) return null;
  const { unsentText } = end;
  const copy = () =>
    navigator.clipboard.writeText(unsentText).then(() => showToast("Text copied"), showErrorToast);
  return (
    <>
      <ErrorNote
        error={{ message: reasons[end.reason === "ACCOUNT_SUSPENDED" ? end.reason : "SESSION_ENDED"] }}
      />
      {unsentText !== "" && (
        <div className="flex flex-wrap items-center gap-3 rounded-md bg-warn-soft px-3 py-2 text-sm">
          <span className="min-w-0 flex-1">Your last edits weren't saved.</span>
          <Button onClick={() => void copy()}>Copy unsaved text</Button>
        </div>
      )}
    </>
  );
}
