import { useState } from "react";

import { isFileName } from "../../markdown/follow-link.ts";
import { toFileUrl } from "./address.ts";

/** Opens the files of a shared document. Other documents are not part of it, so links to them are unavailable. */
export function useFileLinks(token: string, shareToken: string | null) {
  const [isUnavailable, setUnavailable] = useState(false);
  const follow = async (path: string) => {
    const url = toFileUrl(token, path, shareToken);
    // Only the name of a file is certain enough to open a tab before the server has answered.
    const isOpened = isFileName(path) || (await isFound(url));
    if (isOpened) window.open(url, "_blank", "noopener");
    setUnavailable(!isOpened);
  };
  return {
    isUnavailable,
    follow: (path: string) => void follow(path),
    dismiss: () => setUnavailable(false),
  };
}

async function isFound(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: "HEAD" })).ok;
  } catch {
    return false;
  }
}
