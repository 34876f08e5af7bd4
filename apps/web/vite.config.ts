import { readFileSync } from "node:fs";

import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { VitePWA } from "vite-plugin-pwa";

import { createDiagramFiles } from "./build/diagram-files.ts";
import { precompress } from "./build/precompress.ts";

/** The server that `pnpm dev` starts. */
const server = `http://127.0.0.1:${process.env["APP_PORT"] ?? 7001}`;

/** Serves shared documents from their own page, like the production server. */
const sharePage: Plugin = {
  name: "share-page",
  configureServer({ middlewares }) {
    middlewares.use((request, _response, next) => {
      if (/^\/s\/[^/?]+(?:\?|$)/.test(request.url ?? "")) request.url = "/share.html";
      next();
    });
  },
};

/** The manifest of the repository, whose version is that of the app. */
const manifest: { version: string } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
);

const diagrams = createDiagramFiles();

/** Builds the service worker, and gives it the list of the app's files. The app registers it (src/lib/service-worker.ts). */
const serviceWorker = VitePWA({
  strategies: "injectManifest",
  srcDir: "service-worker",
  filename: "sw.ts",
  injectRegister: false,
  manifest: false,
  injectManifest: {
    injectionPoint: "self.staticFiles",
    globPatterns: ["**/*.{js,css,html,svg,png,woff2,webmanifest}"],
    // Public links and diagrams need a connection.
    globIgnores: ["share.html", "diagram.html"],
    manifestTransforms: [
      (entries) => ({ manifest: entries.filter(({ url }) => !diagrams.files.has(url)), warnings: [] }),
    ],
    maximumFileSizeToCacheInBytes: 4_000_000,
    dontCacheBustURLsMatching: /^assets\//,
  },
});

export default defineConfig({
  define: { "import.meta.env.APP_VERSION": JSON.stringify(manifest.version) },
  plugins: [react(), tailwindcss(), sharePage, diagrams.plugin, serviceWorker, precompress],
  build: {
    target: "es2023",
    sourcemap: true,
    // The page's CSP allows fonts from the server only, not inlined ones.
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["index.html", "diagram.html", "share.html"] },
  },
  worker: { format: "es" },
  server: {
    port: 7002,
    // The frame that draws diagrams has an opaque origin.
    cors: { origin: ["null", /^http:\/\/(?:localhost|127\.0\.0\.1):\d+$/] },
    proxy: {
      "/trpc": server,
      "/browser-errors": server,
      "/api": server,
      "/auth/": server,
      "/dev/": server,
      "/files/": server,
      "/docs": server,
      "/openapi.json": server,
      "/redoc": server,
      "/s/": server,
      "/stream": server,
      "/ws": { target: server.replace("http", "ws"), ws: true },
    },
  },
});
