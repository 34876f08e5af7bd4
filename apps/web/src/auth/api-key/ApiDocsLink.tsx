import { linkClass } from "../link-class.ts";

/** A link to the server's API documentation, in a new tab. */
export const ApiDocsLink = () => (
  <a href="/docs" target="_blank" rel="noreferrer" className={linkClass}>
    API documentation
  </a>
);
