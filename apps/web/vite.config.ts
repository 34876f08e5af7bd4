import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const server = "http://127.0.0.1:7001";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { target: "es2023", sourcemap: true },
  server: {
    port: 7002,
    proxy: {
      "/trpc": server,
      "/api": server,
      "/ws": { target: server.replace("http", "ws"), ws: true },
    },
  },
});
