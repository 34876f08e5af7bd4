import type { EditorView } from "@codemirror/view";
import type { RouterOutputs } from "@mdreader/client";
import { openDocument } from "@mdreader/client/live";
import { useUpload } from "@mdreader/react";
import * as Y from "yjs";

import { client } from "../lib/client.ts";
import { showErrorToast } from "../ui/toast.ts";
import { createFileResolver } from "./attachment/resolve-files.ts";
import type { ResolveFiles } from "./markdown/images.ts";

interface Files {
  /** Uploads files and links them at a position in the text. */
  upload: (view: EditorView, files: readonly File[], at: number) => void;
  resolve: ResolveFiles;
}

/** Uploads files to a document and resolves the paths in it. */
export function useFiles({ id, workspaceId }: RouterOutputs["document"]["get"]): Files {
  const { mutateAsync: uploadFile } = useUpload(workspaceId);
  return {
    upload(view, files, at) {
      const send = async () => {
        const { uploadTo } = await import("./editor/uploads.ts");
        for (const file of files) {
          void uploadTo(view, at, file, {
            async send(source, options) {
              const stored = await uploadFile({
                ...options,
                file: source,
                name: toUploadName(source),
                documentId: id,
              });
              return { ...stored, isImage: stored.mediaType.startsWith("image/") };
            },
            insertUnseen: (place, insert) => insertInto(id, place, insert),
          }).catch(showErrorToast);
        }
      };
      void send();
    },
    resolve: createFileResolver(id),
  };
}

/** Inserts text at a position in a document that is not open on the page. */
async function insertInto(id: string, place: Y.RelativePosition, insert: string): Promise<void> {
  await using live = await openDocument(client, id, { presence: false });
  await live.synced();
  const found = Y.createAbsolutePositionFromRelativePosition(place, live.doc);
  live.ytext.insert(found?.index ?? live.ytext.length, insert);
  await live.whenSaved();
}

/** Browsers give every clipboard image the same name; the time makes it unique. */
function toUploadName({ name, type }: File): string {
  if (name !== "" && name !== "image.png") return name;
  const moment = new Date().toISOString().slice(0, 19).replaceAll(":", ".").replace("T", " ");
  return `Pasted ${moment}.${type.split("/")[1]?.replace("+xml", "") ?? "bin"}`;
}
