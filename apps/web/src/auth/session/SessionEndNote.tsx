import { reasons } from "@mdreader/client";

import { sessionEnd } from "../../lib/session.ts";
import { useStore } from "../../lib/store.ts";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { UnsavedText } from "../../ui/UnsavedText.tsx";

/** Shows why the last session in this window ended, and offers text that was typed in it and not sent. */
export function SessionEndNote() {
  const end = useStore(sessionEnd);
  if (end === null) return null;
  return (
    <>
      <ErrorNote
        error={{
          message:
            end.reason === "ACCOUNT_SUSPENDED"
              ? reasons[end.reason]
              : "Your session has ended. Sign in again.",
        }}
      />
      <UnsavedText text={end.unsentText} />
    </>
  );
}
