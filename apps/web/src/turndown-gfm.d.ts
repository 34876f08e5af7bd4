/** The plugin comes without types of its own. */
declare module "@joplin/turndown-plugin-gfm" {
  import type { Plugin } from "turndown";

  export const gfm: Plugin;
}
