/** Style of a link within text. */
export const linkClass =
  "font-medium text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent";
