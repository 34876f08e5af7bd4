import { FolderInput } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Button, getButtonClass } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { ImportSummary } from "./ImportSummary.tsx";
import { readChosenFiles, readDroppedFiles, type PickedFile } from "./picked-files.ts";
import { type Importing, type ImportState, useImport } from "./useImport.ts";

interface ImportDialogProps {
  workspaceId: string;
  importing: Importing | null;
  onClose: () => void;
}

/** Imports a folder, files or a ZIP archive into a workspace. */
export function ImportDialog({ workspaceId, importing, onClose }: ImportDialogProps) {
  return (
    <Dialog
      open={importing !== null}
      onOpenChange={onClose}
      staysOpen
      title="Import"
      description="Markdown files become documents; other files become attachments. Existing items with the same name are updated."
    >
      {importing !== null && <Content workspaceId={workspaceId} importing={importing} />}
    </Dialog>
  );
}

function Content({ workspaceId, importing }: { workspaceId: string; importing: Importing }) {
  const { state, start, cancel } = useImport(workspaceId, importing);
  switch (state.step) {
    case "asking":
      return <Chooser onFound={start} />;
    case "done":
      return (
        <>
          <ImportSummary report={state.report} />
          <DialogActions>
            <Cancel>Done</Cancel>
          </DialogActions>
        </>
      );
    case "failed":
      return (
        <div className="grid gap-4">
          <ErrorNote error={state.error} />
          <Chooser onFound={start} />
        </div>
      );
    case "gathering":
    case "sending":
    case "unpacking":
      return <Progress state={state} onCancel={cancel} />;
  }
}

function Chooser({ onFound }: { onFound: (found: PickedFile[]) => void }) {
  const [over, setOver] = useState(false);
  return (
    // Dropping is optional: the buttons inside do the same.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <fieldset
      aria-label="Files to import"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void readDroppedFiles(event.dataTransfer).then(onFound);
      }}
      className={`grid justify-items-center gap-3 rounded-xl border border-dashed px-4 py-8 text-sm ${over ? "border-accent bg-accent-soft" : "border-edge"}`}
    >
      <FolderInput aria-hidden="true" className="size-6 text-faint" />
      <p className="text-faint">Drop a folder or a zip archive here, or</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Pick folder onFound={onFound}>
          Choose a folder
        </Pick>
        <Pick onFound={onFound}>Choose files</Pick>
      </div>
    </fieldset>
  );
}

interface PickProps {
  folder?: boolean;
  onFound: (found: PickedFile[]) => void;
  children: ReactNode;
}

function Pick({ folder = false, onFound, children }: PickProps) {
  return (
    <label className={getButtonClass("plain", "has-focus-visible:outline-2")}>
      {children}
      <input
        type="file"
        multiple
        {...(folder && { webkitdirectory: "" })}
        className="sr-only"
        onChange={(event) => onFound(readChosenFiles(event.target.files))}
      />
    </label>
  );
}

const words = {
  gathering: "Reading files",
  sending: "Uploading",
  unpacking: "Importing",
};

function Progress({
  state,
  onCancel,
}: {
  state: Extract<ImportState, { total: number }>;
  onCancel: () => void;
}) {
  const { step, done, total } = state;
  const label = words[step];
  return (
    <div className="grid gap-3">
      <output className="text-sm">{label}…</output>
      <progress
        aria-label={label}
        value={step === "gathering" ? undefined : done}
        max={Math.max(total, 1)}
        className="h-2 w-full accent-accent"
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
      </DialogActions>
    </div>
  );
}
