/** A page that displays the REST API's description. */
export interface Page {
  html: string;
  /** The content security policy of the page. */
  policy: string;
}

/** The policy common to both pages: scripts, images and connections only from this server. */
const createPolicy = (styles: string, more: readonly string[] = []) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src ${styles}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    ...more,
  ].join("; ");

const createPage = (title: string, body: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${body}
</html>
`;

export const swaggerPage: Page = {
  policy: createPolicy("'self'"),
  html: createPage(
    "MDReader API",
    `<link rel="icon" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>`,
  ),
};

export const swaggerStart = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  docExpansion: "none",
  syntaxHighlight: false,
  validatorUrl: null,
});
`;

/**
 * ReDoc creates its styles at run time, with the nonce of its script element.
 * @param nonce A new value for each response.
 */
export const createRedocPage = (nonce: string): Page => ({
  policy: createPolicy(`'nonce-${nonce}'`, ["worker-src blob:"]),
  html: createPage(
    "MDReader API",
    `<link rel="icon" href="/docs/favicon.png">
<style nonce="${nonce}">body { margin: 0 }</style>
</head>
<body>
<div id="docs"></div>
<script src="/redoc/redoc.js"></script>
<script src="/redoc/start.js" nonce="${nonce}"></script>
</body>`,
  ),
});

export const redocStart = `const { nonce } = document.currentScript;
Redoc.init("/openapi.json", { nonce, nativeScrollbars: true }, document.getElementById("docs"));
`;
