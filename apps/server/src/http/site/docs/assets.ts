/** The files of installed packages that the pages of the documentation load. */
export const docsAssets = [
  "swagger-ui-dist/swagger-ui.css",
  "swagger-ui-dist/swagger-ui-bundle.js",
  "swagger-ui-dist/favicon-32x32.png",
  "redoc/bundles/redoc.standalone.js",
] as const;

export type DocsAsset = (typeof docsAssets)[number];
