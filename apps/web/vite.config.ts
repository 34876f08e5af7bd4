import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  plugins: [react(), tailwindcss(), sharePage, precompress],
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
