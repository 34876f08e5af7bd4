import { FolderInput } from "lucide-react";
import { type ReactNode, useState } from "react";

import { Button, getButtonClass } from "../../ui/Button.tsx";
import { Cancel, Dialog, DialogActions } from "../../ui/Dialog.tsx";
import { ErrorNote } from "../../ui/ErrorNote.tsx";
import { formatSize } from "../attachment/format-size.ts";
import { describeCanceled } from "./describe-canceled.ts";
import type { ImportRun, ImportState, PartialImport } from "./import-run.ts";
import { ImportSummary } from "./ImportSummary.tsx";
import { readChosenFiles, readDroppedFiles } from "./picked-files.ts";
import { type Importing, useImport } from "./useImport.ts";

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
        <Stopped imported={state} onFound={start}>
          <ErrorNote error={state.error} />
          {state.isPartial && (
            <p className="text-sm">Items that were already imported stay in the workspace.</p>
          )}
        </Stopped>
      );
    case "canceled":
      return (
        <Stopped imported={state} onFound={start}>
          <output className="block text-sm">{describeCanceled(state)}</output>
        </Stopped>
      );
    case "listing":
    case "gathering":
    case "sending":
    case "unpacking":
      return <Progress state={state} onCancel={cancel} />;
  }
}

interface StoppedProps extends ChooserProps {
  imported: PartialImport;
  children: ReactNode;
}

/** An import that ended early: why, what it has imported, and the choice of other files. */
function Stopped({ imported: { report }, onFound, children }: StoppedProps) {
  return (
    <div className="grid gap-4">
      {children}
      {report !== null && <ImportSummary report={report} />}
      <Chooser onFound={onFound} />
    </div>
  );
}

interface ChooserProps {
  onFound: ImportRun["start"];
}

function Chooser({ onFound }: ChooserProps) {
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
        onFound(readDroppedFiles(event.dataTransfer));
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

interface PickProps extends ChooserProps {
  folder?: boolean;
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
        onChange={(event) => {
          const found = readChosenFiles(event.target.files);
          if (found.length > 0) onFound(found);
        }}
      />
    </label>
  );
}

type ProgressState = Extract<ImportState, { step: "listing" } | { total: number }>;

const words = {
  listing: "Reading files",
  gathering: "Reading files",
  sending: "Uploading",
  unpacking: "Importing",
};

const formatCount = (count: number) => count.toLocaleString();

function Progress({ state, onCancel }: { state: ProgressState; onCancel: () => void }) {
  const label = words[state.step];
  const format = state.step === "sending" ? formatSize : formatCount;
  return (
    <div className="grid gap-3">
      <div className="flex justify-between gap-4 text-sm">
        <output>{label}…</output>
        {state.step !== "listing" && (
          <span className="text-faint tabular-nums">
            {format(state.done)} of {format(state.total)}
          </span>
        )}
      </div>
      <progress
        aria-label={label}
        {...(state.step !== "listing" && { value: state.done, max: Math.max(state.total, 1) })}
        className="h-2 w-full"
      />
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
      </DialogActions>
    </div>
  );
}
