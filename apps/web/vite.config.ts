import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

import { precompress } from "./build/precompress.ts";

const server = "http://127.0.0.1:7001";

/** Shared documents have a page of their own, as the server serves it too. */
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
    // The page's policy takes fonts from the server alone, none from within a style sheet.
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["index.html", "diagram.html", "share.html"] },
  },
  worker: { format: "es" },
  server: {
    port: 7002,
    // The frame that draws diagrams has no origin.
    cors: { origin: ["null", /^http:\/\/(?:localhost|127\.0\.0\.1):\d+$/] },
    proxy: {
      "/trpc": server,
      "/api": server,
      "/dev/": server,
      "/docs": server,
      "/openapi.json": server,
      "/redoc": server,
      "/s/": server,
      "/ws": { target: server.replace("http", "ws"), ws: true },
    },
  },
});
