import { useMutation } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { client, trpc } from "../../lib/client.ts";
import { showErrorToast } from "../../ui/toast.ts";
import { type Move, offerLinkUpdate } from "../link/moved-links.ts";
import { takeNewDocument } from "../new-document.ts";

interface TitleFieldProps {
  workspaceId: string;
  documentId: string;
  title: string;
  mayEdit: boolean;
  /** Called when the title is finished, to move the focus to the text. */
  onDone: () => void;
}

/** The document title, editable in place. */
export function TitleField({ workspaceId, documentId, title, mayEdit, onDone }: TitleFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  // Enter saves and blurs the field; the blur must not save again.
  const saving = useRef<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (field.current === null || !takeNewDocument(documentId)) return;
    field.current.focus();
    field.current.select();
  }, [documentId]);
  const rename = useMutation(
    trpc.document.update.mutationOptions({ onError: showErrorToast, onSettled: () => setTyped(null) }),
  );
  const moveTo = (next: string): Move => ({
    moved: { workspaceId, kind: "document", id: documentId },
    from: { fromName: title },
    to: { fromName: next },
    undo: () => client.document.update.mutate({ id: documentId, title }),
  });
  const save = () => {
    const next = typed?.trim() ?? "";
    if (next === "" || next === title) return setTyped(null);
    if (saving.current === next) return;
    saving.current = next;
    rename.mutate(
      { id: documentId, title: next },
      {
        onSuccess: () => offerLinkUpdate(moveTo(next)),
        onSettled: () => {
          saving.current = null;
        },
      },
    );
  };
  return (
    <h1 className={`font-semibold tracking-tight ${mayEdit ? "" : "truncate"}`}>
      {mayEdit ? (
        <input
          ref={field}
          aria-label="Title"
          dir="auto"
          value={typed ?? title}
          maxLength={255}
          onChange={({ target }) => setTyped(target.value)}
          onBlur={save}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter") {
              // The key must not reach the text, which gets the focus.
              event.preventDefault();
              save();
              onDone();
            } else if (event.key === "Escape") setTyped(null);
          }}
          className="-ml-1.5 field-sizing-content max-w-full min-w-24 truncate rounded-md px-1.5 py-0.5 hover:bg-hover pointer-coarse:-my-1.5 pointer-coarse:py-2 focus-visible:bg-paper focus-visible:outline-offset-0"
        />
      ) : (
        title
      )}
    </h1>
  );
}
